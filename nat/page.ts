import type { Page } from 'playwright';

/** One browser's end of the way that is in use, as its own statistics have it. */
export interface Rung {
  /** Of its own candidate. */
  readonly type: string;
  /** How it reaches its TURN server; null where its candidate is not at one. */
  readonly relayProtocol: string | null;
  /** Of the other side's candidate. */
  readonly towards: string;
}

/** What one page's connections know of addresses. */
export interface Addresses {
  /** Every candidate this browser found, as an SDP has it: none but these can have left. */
  readonly own: string[];
  /** Addresses it knows of the other side; "" where the browser keeps one to itself. */
  readonly others: string[];
}

/** Longer than any page makes a person wait. */
const SHOWN_LIMIT_MS = 60_000;

/** The rung that this page's last connection stands on; null while it has none. */
export async function rungOf(page: Page): Promise<Rung | null> {
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

/** Writes and sends as soon as this page lets one. Gives the time of the click on **Let in**. Started before that click. */
export async function sendsAtOnce(page: Page, text: string): Promise<number> {
  return page.evaluate(async (words) => {
    let letInAt = 0;
    document.addEventListener(
      'click',
      ({ target }) => {
        if (target instanceof Element && target.closest('button')?.textContent.trim() === 'Let in')
          letInAt = Date.now();
      },
      { capture: true },
    );
    const box = await new Promise<HTMLTextAreaElement>((found) => {
      const look = (): void => {
        const area = document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]:enabled');
        if (letInAt > 0 && area !== null) found(area);
        else requestAnimationFrame(look);
      };
      look();
    });
    box.value = words;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.form?.requestSubmit();
    return letInAt;
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
