import { eachCheck, type Findings } from './checks.ts';
import { examine, type Probes } from './examine.ts';
import { linesOf, type Line } from './lines.ts';
import { reportOf, type DoctorWords } from './report.ts';
import { verdict, type Verdict } from './verdict.ts';

/** The examination of this browser and its network, as a page shows it. */
export class Doctor {
  readonly #probes: Probes;
  #states = $state.raw(eachCheck<Line['state']>('waiting'));
  #found = $state.raw<Findings | null>(null);
  readonly #lines = $derived(linesOf(this.#states));

  constructor(probes: Probes) {
    this.#probes = probes;
  }

  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Null until all is examined. */
  get verdict(): Verdict | null {
    return this.#found === null ? null : verdict(this.#found);
  }

  /** The report for someone who can help; null until all is examined. */
  report(userAgent: string, words: DoctorWords): string | null {
    return this.#found === null ? null : reportOf(this.#found, userAgent, words);
  }

  /** Examines everything, from the beginning. To be called again only when it is over. */
  async run(): Promise<void> {
    this.#found = null;
    this.#states = eachCheck<Line['state']>('waiting');
    this.#found = await examine(this.#probes, (check, finding) => {
      this.#states = { ...this.#states, [check]: finding ?? 'running' };
    });
  }
}
