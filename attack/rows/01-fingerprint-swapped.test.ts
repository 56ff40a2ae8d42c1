import { expect, it, vi } from 'vitest';

import { messagesOf } from '../../apps/web/src/lib/chat/post.ts';
import { encodeItems, type Item } from '../../apps/web/src/lib/session/items.ts';
import { Keys } from '../../apps/web/src/lib/session/keys.ts';
import { changing, flipped } from '../lies.ts';
import { openPorch, type Person } from '../people.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

const OTHER_CERTIFICATE = 'B'.repeat(42) + 'A';

it(title(1), async () => {
  await offerChangedByTheServer();
  await answerChangedByTheServer();
  await manInTheMiddleOfTheTransport();
  await peerThatDescribesAnotherCertificate('guest');
  await peerThatDescribesAnotherCertificate('host');
});

/** Every third byte of the sealed fingerprint, one bit at a time, in a chat of its own each. */
async function offerChangedByTheServer(): Promise<void> {
  const { from, to } = placeOfFingerprint([
    { type: 'admitted', nickname: 'Ada' },
    { ...A_DESCRIPTION, kind: 'offer', setup: 'actpass' },
  ]);
  for (let at = from; at < to; at += 14) {
    const porch = await openPorch();
    const { host, guest } = await porch.knock();
    porch.server.lies.deliver = changing('guest', 'sealed', (box, nth) => [nth === 0 ? flipped(box, at) : box]);
    host.runner.tell({ type: 'admitted' });
    await isTold(guest, 'tampered', `the guest is told of byte ${at} of the offer`);
    await porch.clock.pass(30_000);
    await isTold(host, 'could-not-connect', 'the host is told that there is no way');
    expectNoChat(host, guest);
  }
}

async function answerChangedByTheServer(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  const { from } = placeOfFingerprint([{ ...A_DESCRIPTION, kind: 'answer', setup: 'active' }]);
  porch.server.lies.deliver = changing('host', 'sealed', (box) => [flipped(box, from)]);
  host.runner.tell({ type: 'admitted' });
  await isTold(host, 'tampered', 'the host is told of a changed answer');
  await porch.clock.pass(30_000);
  await isTold(guest, 'could-not-connect', 'the guest is told that there is no way');
  expectNoChat(host);
}

/** The descriptions are left alone, and what answers at the host's end of the line has a certificate of its own. */
async function manInTheMiddleOfTheTransport(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  porch.network.certificateOf = () => new Uint8Array(32).fill(7);
  await talkPastEachOther(host, guest);
}

/** The sealed description is of a certificate that its sender does not have. */
async function peerThatDescribesAnotherCertificate(who: 'host' | 'guest'): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the right `this`
  const real = Keys.prototype.seal;
  let changed = 0;
  const seal = vi.spyOn(Keys.prototype, 'seal').mockImplementation(function (this: Keys, items) {
    if (this.role !== who) return real.call(this, items);
    return real.call(
      this,
      items.map((item) => {
        if (item.type !== 'description') return item;
        changed += 1;
        return { ...item, fingerprint: OTHER_CERTIFICATE };
      }),
    );
  });
  await talkPastEachOther(host, guest);
  seal.mockRestore();
  expect(changed, `the ${who}'s description was another`).toBe(1);
}

/** Both write at once, each with keys for the certificate it believes in: neither understands, and both are told. */
async function talkPastEachOther(host: Person, guest: Person): Promise<void> {
  let held: (() => void)[] = [];
  for (const [from, to] of [
    [host, guest],
    [guest, host],
  ] as const) {
    from.wire.carry = (frame) => {
      held.push(() => {
        to.wire.arrive(frame);
      });
      return [];
    };
  }
  host.runner.tell({ type: 'admitted' });
  await until('both believe that they are connected', () => host.chatted && guest.chatted);
  host.runner.send('for Mia alone');
  guest.runner.send('for Ada alone');
  await until('both have written', () => held.length >= 2);
  for (const arrive of held.splice(0)) arrive();
  held = [];
  await isTold(host, 'tampered', 'the host is told');
  await isTold(guest, 'tampered', 'the guest is told');
  expect(everShown(host), 'nothing is shown to the host').toEqual([]);
  expect(everShown(guest), 'nothing is shown to the guest').toEqual([]);
}

const A_DESCRIPTION = {
  type: 'description',
  ufrag: 'x'.repeat(8),
  pwd: 'x'.repeat(24),
  fingerprint: OTHER_CERTIFICATE,
} as const;

/** Where in the sealed box the fingerprint is: ChaCha20 keeps every byte in its place. Header 13 bytes, length 2. */
function placeOfFingerprint(items: Item[]): { from: number; to: number } {
  const ordered = items.map((item) =>
    item.type === 'description'
      ? {
          type: item.type,
          kind: item.kind,
          ufrag: item.ufrag,
          pwd: item.pwd,
          fingerprint: item.fingerprint,
          setup: item.setup,
        }
      : item,
  );
  const from = 15 + Buffer.from(encodeItems(ordered)).indexOf(OTHER_CERTIFICATE);
  return { from, to: from + OTHER_CERTIFICATE.length };
}

async function isTold(person: Person, reason: string, what: string): Promise<void> {
  await until(what, () => person.state.phase === 'ended');
  expect(person.state, what).toMatchObject({ phase: 'ended', reason });
}

function expectNoChat(...people: Person[]): void {
  for (const person of people) expect(person.chatted, 'a chat is never shown').toBe(false);
}

const everShown = (person: Person): string[] =>
  person.seen.flatMap(({ chat }) => messagesOf(chat.posts, 'peer').map(({ text }) => text));
