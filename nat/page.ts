import type { Page } from 'playwright';

import type { Rung, Standing } from './rung.ts';

/** What one page's connections know of addresses. */
export interface Addresses {
  /** Every candidate this browser found, as an SDP has it: none but these can have left. */
  readonly own: string[];
  /** Addresses it knows of the other side; "" where the browser keeps one to itself. */
  readonly others: string[];
}

/** Longer than any page makes a person wait. */
const SHOWN_LIMIT_MS = 60_000;

/** What this page stands on and what it says of that; null while it does not say that it is connected. */
export async function standingOf(page: Page): Promise<Standing | null> {
  const rung = await rungOf(page);
  const [words] = await page
    .getByRole('status')
    .filter({ hasText: /^\s*Connected / })
    .allInnerTexts();
  return rung === null || words === undefined ? null : { rung, words: words.trim() };
}

/** The rung that this page's last connection stands on; null while it has none. */
async function rungOf(page: Page): Promise<Rung | null> {
  return page.evaluate(async () => {
    type Entry = Record<string, string | undefined>;
    const report = await window.porchTest.connections.at(-1)?.getStats();
    const entries = new Map<string, Entry>();
    report?.forEach((entry: Entry) => entries.set(entry['id'] ?? '', entry));
    const transport = [...entries.values()].find(({ type }) => type === 'transport');
    const pair = entries.get(transport?.['selectedCandidatePairId'] ?? '');
    const local = entries.get(pair?.['localCandidateId'] ?? '');
    const remote = entries.get(pair?.['remoteCandidateId'] ?? '');
    if (local === undefined || remote === undefined) return null;
    const type = local['candidateType'] ?? '';
    return { type, relayProtocol: local['relayProtocol'] ?? null, towards: remote['candidateType'] ?? '' };
  });
}

/** What all of this page's connections know of addresses. */
export async function addressesOf(page: Page): Promise<Addresses> {
  return page.evaluate(async () => {
    const own: string[] = [];
    const others: string[] = [];
    for (const connection of window.porchTest.connections) {
      own.push(...(connection.localDescription?.sdp.match(/^a=candidate:.*$/gm) ?? []));
      const report = await connection.getStats();
      report.forEach((entry: Record<string, string | undefined>) => {
        if (entry['type'] === 'remote-candidate') others.push(entry['address'] ?? '');
      });
    }
    return { own, others };
  });
}

/** The time of the click on **Let in**. Called before that click. */
export async function pressedLetInAt(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((pressed) => {
        document.addEventListener(
          'click',
          ({ target }) => {
            if (target instanceof Element && target.closest('button')?.textContent.trim() === 'Let in')
              pressed(Date.now());
          },
          { capture: true },
        );
      }),
  );
}

/** Writes and sends as soon as this page lets one. */
export async function saysAtOnce(page: Page, text: string): Promise<void> {
  await page.evaluate(async (words) => {
    const box = await new Promise<HTMLTextAreaElement>((found) => {
      const look = (): void => {
        const area = document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]:enabled');
        if (area !== null) found(area);
        else requestAnimationFrame(look);
      };
      look();
    });
    box.value = words;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.form?.requestSubmit();
  }, text);
}

/** The time at which this page first showed this text inside of what the selector names. */
export async function shownAt(page: Page, selector: string, text: string): Promise<number> {
  const handle = await page.waitForFunction(
    ({ selector, text }) => document.querySelector(selector)?.textContent.includes(text) === true && Date.now(),
    { selector, text },
    { timeout: SHOWN_LIMIT_MS },
  );
  return Number(await handle.jsonValue());
}
