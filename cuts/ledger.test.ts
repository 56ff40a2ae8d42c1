import { describe, expect, it } from 'vitest';

import { Ledger, type Drawn } from './ledger.ts';
import { otherSide, type Side } from './plan.ts';
import { textOf } from './texts.ts';

const of = (writer: Side, side: Side, numbers: readonly number[], delivered: boolean): Drawn[] =>
  numbers.map((number) => ({ mine: writer === side, text: textOf(writer, number), delivered }));

/** A conversation in which the host has written `written` messages. The page of either side is empty. */
function conversation(written: number) {
  const ledger = new Ledger();
  ledger.drewLog('host', [], 0);
  ledger.drewLog('guest', [], 0);
  ledger.offers('host', written);
  ledger.took('host', written, 0);
  return {
    ledger,
    /** The host's page draws its own messages. */
    shows: (...numbers: number[]) => ledger.drew('host', of('host', 'host', numbers, false), 0),
    /** The guest's page draws the host's messages. */
    hears: (...numbers: number[]) => ledger.drew('guest', of('host', 'guest', numbers, true), 0),
    delivers: (number: number, at = 0) => ledger.marked('host', textOf('host', number), at),
    /** The end, with these numbers in the two logs. */
    ends: (host: number[], guest: number[], delivered = true) => {
      ledger.finish({ host: of('host', 'host', host, delivered), guest: of('host', 'guest', guest, true) });
      return ledger.violations;
    },
  };
}

describe('a conversation as it should be', () => {
  it('has nothing to say', () => {
    const { shows, hears, delivers, ends } = conversation(3);
    shows(1, 2, 3);
    hears(1, 2);
    delivers(1);
    hears(3);
    [2, 3].forEach((number) => delivers(number));
    expect(ends([1, 2, 3], [1, 2, 3])).toEqual([]);
  });

  it('may draw after a reload what was there before, and go on', () => {
    const { ledger, shows, hears, ends } = conversation(4);
    shows(1, 2, 3, 4);
    hears(1, 2);
    ledger.drewLog('guest', of('host', 'guest', [1, 2], true), 0);
    hears(3, 4);
    ledger.drewLog('host', of('host', 'host', [1, 2, 3, 4], true), 0);
    expect(ends([1, 2, 3, 4], [1, 2, 3, 4])).toEqual([]);
  });

  it('may be given again what a page had not kept when it was loaded again', () => {
    const { ledger, shows, hears, ends } = conversation(2);
    shows(1, 2);
    hears(1, 2);
    ledger.drewLog('guest', of('host', 'guest', [1], true), 0);
    hears(2);
    expect(ends([1, 2], [1, 2])).toEqual([]);
  });

  it('may be longer than a page draws', () => {
    const all = Array.from({ length: 1_200 }, (_, place) => place + 1);
    const { ledger, shows, hears, ends } = conversation(1_201);
    shows(...all);
    hears(...all);
    ledger.drewLog('guest', of('host', 'guest', all.slice(-1_000), true), 0);
    hears(1_201);
    shows(1_201);
    expect(ends([...all.slice(-999), 1_201], [...all.slice(-999), 1_201])).toEqual([]);
  });

  it('may show as delivered a little before we hear that the other page has it', () => {
    const { ledger, shows, delivers, ends } = conversation(1);
    shows(1);
    delivers(1, 1_000);
    ledger.drew('guest', of('host', 'guest', [1], true), 1_400);
    expect(ends([1], [1])).toEqual([]);
  });

  it('counts what a page did not take as not written', () => {
    const ledger = new Ledger();
    ledger.offers('guest', 5);
    ledger.took('guest', 2, 0);
    expect(ledger.written('guest')).toBe(2);
    expect(ledger.nextOf('guest')).toBe(3);
  });

  it('knows when a message arrived first', () => {
    const { ledger } = conversation(2);
    ledger.drew('guest', of('host', 'guest', [1], true), 50);
    ledger.drewLog('guest', of('host', 'guest', [1, 2], true), 90);
    expect([1, 2, 3].map((number) => ledger.arrivedAt('host', number))).toEqual([50, 90, null]);
  });
});

describe('what must never be is reported:', () => {
  it('a doubled message', () => {
    const { hears, ledger } = conversation(2);
    hears(1, 2, 2);
    expect(ledger.violations).toEqual([expect.stringContaining("guest's page shows the host's 2 twice")]);
  });

  it('a doubled message among those that a page draws after a reload', () => {
    const { ledger } = conversation(2);
    ledger.drewLog('guest', of('host', 'guest', [1, 2, 1], true), 0);
    expect(ledger.violations).toEqual([expect.stringContaining("shows the host's 1 twice")]);
  });

  it('a page that forgot its log', () => {
    const { ledger, hears } = conversation(3);
    hears(1, 2);
    ledger.drewLog('guest', [], 0);
    hears(3);
    expect(ledger.violations).toEqual([expect.stringContaining("shows the host's 3 where 1 is due")]);
  });

  it('a page that forgot the end of its log, and was not given it again', () => {
    const { ledger, hears } = conversation(3);
    hears(1, 2);
    ledger.drewLog('guest', of('host', 'guest', [1], true), 0);
    hears(3);
    expect(ledger.violations).toEqual([expect.stringContaining("shows the host's 3 where 2 is due")]);
  });

  it('a page that forgot what its own person wrote', () => {
    const { ledger, shows } = conversation(3);
    shows(1, 2);
    ledger.drewLog('host', of('host', 'host', [1], false), 0);
    shows(3);
    expect(ledger.violations).toEqual([expect.stringContaining("The host's page shows the host's 3 where 2 is due")]);
  });

  it('an own message that is drawn twice', () => {
    const { ledger, shows } = conversation(2);
    shows(1, 1);
    expect(ledger.violations).toHaveLength(1);
  });

  it('a missing message, at once and at the end', () => {
    const { ledger, hears, ends } = conversation(3);
    hears(1, 3);
    expect(ledger.violations).toEqual([expect.stringContaining("shows the host's 3 where 2 is due")]);
    expect(ends([1, 2, 3], [1, 3])).toContainEqual(expect.stringContaining("The host's 2 never came to the guest"));
  });

  it('a message that is missing at the end of all', () => {
    const { hears, ends } = conversation(3);
    hears(1, 2);
    const found = ends([1, 2, 3], [1, 2]);
    expect(found).toContainEqual(expect.stringContaining("The host's 3 never came to the guest"));
    expect(found).toContainEqual(expect.stringContaining("The guest's log does not end with the host's 3"));
  });

  it('messages in another order, as they come and in the log', () => {
    const { ledger, hears, ends } = conversation(3);
    hears(1, 3, 2);
    expect(ledger.violations).toContainEqual(expect.stringContaining("shows the host's 2 again or too late"));
    expect(ends([1, 2, 3], [1, 3, 2])).toContainEqual(
      expect.stringContaining("The guest's log has, of the host's messages, 3 below 1"),
    );
  });

  it('a log in another order than that in which its messages came', () => {
    const { hears, ends } = conversation(3);
    hears(1, 2, 3);
    expect(ends([1, 2, 3], [2, 1, 3])).toContainEqual(expect.stringContaining('1 below 2'));
  });

  it('a log that lost its beginning', () => {
    const { hears, ends } = conversation(3);
    hears(1, 2, 3);
    expect(ends([1, 2, 3], [2, 3])).toContainEqual(
      expect.stringContaining("The guest's log does not begin with the host's 1"),
    );
  });

  it('a message shown as delivered that never came', () => {
    const { hears, delivers, ends } = conversation(2);
    hears(1);
    delivers(2);
    expect(ends([1, 2], [1])).toContainEqual(
      expect.stringContaining("The host's 2 is shown as delivered, and the guest's page never had it"),
    );
  });

  it('a message shown as delivered long before it came', () => {
    const { ledger, delivers } = conversation(1);
    delivers(1, 1_000);
    ledger.drew('guest', of('host', 'guest', [1], true), 9_000);
    expect(ledger.violations).toEqual([expect.stringContaining('8000 ms before the other page had it')]);
  });

  it('a message drawn as delivered by a page that was loaded again', () => {
    const { ledger, ends } = conversation(1);
    ledger.drewLog('host', of('host', 'host', [1], true), 0);
    expect(ends([1], [])).toContainEqual(expect.stringContaining('is shown as delivered'));
  });

  it('a message that came and is not shown as delivered in the end', () => {
    const { hears, ends } = conversation(2);
    hears(1, 2);
    expect(ends([1, 2], [1, 2], false)).toEqual([expect.stringContaining("The host's 1, 2 came to rest without")]);
  });

  it.each(['host', 'guest'] as const)("words that nobody wrote, in the %s's page", (side) => {
    const { ledger } = conversation(1);
    const text = textOf(otherSide(side), 9);
    ledger.drew(side, [{ mine: false, text, delivered: true }], 0);
    ledger.drew(side, [{ mine: false, text: 'somebody else', delivered: true }], 0);
    expect(ledger.violations).toHaveLength(2);
    expect(ledger.violations[0]).toContain('never wrote');
  });

  it('a message that was cut short on its way', () => {
    const { ledger } = conversation(50);
    ledger.drew('guest', [{ mine: false, text: textOf('host', 50).slice(0, 500), delivered: true }], 0);
    expect(ledger.violations).toEqual([expect.stringContaining('never wrote')]);
  });
});

describe('a page that goes a moment after something was written', () => {
  it('may take that with it, and nothing that was written before or came across', () => {
    const talk = conversation(2);
    talk.shows(1, 2);
    talk.hears(1);
    talk.ledger.offers('host', 1);
    talk.ledger.took('host', 1, 900);
    talk.ledger.cameBack('host', 2, 1_000);
    expect(talk.ledger.written('host')).toBe(2);
    expect(talk.ledger.gone).toBe(1);
    // Long ago: that is a loss.
    talk.ledger.cameBack('host', 1, 1_000);
    expect(talk.ledger.written('host')).toBe(2);
  });
});
