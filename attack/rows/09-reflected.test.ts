import { kindOf } from '@porchlight/channel';
import { expect, it } from 'vitest';

import { messagesOf } from '../../apps/web/src/lib/chat/post.ts';
import { openPorch, type Person, type Porch } from '../people.ts';
import { boxIn } from '../record.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

it(title(9), async () => {
  await handshakesComeBack();
  await proofComesBack();
  await admissionComesBack();
  await secondBoxComesBack('host');
  await secondBoxComesBack('guest');
  await boxesComeBackWhileTheyTalk();
  await framesComeBack('host');
  await framesComeBack('guest');
});

/** M1 is for hosts and M2 for guests: to its own maker neither is anything. */
async function handshakesComeBack(): Promise<void> {
  const porch = await openPorch();
  reflect(porch, ['m1', 'm2']);
  const { host, guest } = await porch.knock();
  host.runner.tell({ type: 'admitted' });
  await porch.talking(host, guest);
  await porch.quiet();
  host.runner.send('still us');
  await until('M1 and M2 that come back change nothing', () => guest.texts.includes('still us'));
}

async function proofComesBack(): Promise<void> {
  const porch = await openPorch();
  reflect(porch, ['sealed']);
  const host = await porch.host();
  const guest = await porch.guest(host);
  guest.runner.ask('Mia');
  await closes(guest, 'the guest’s own proof closes the guest’s page');
  await porch.quiet();
  expect(host.chatted || guest.chatted, 'no chat comes of it').toBe(false);
}

async function admissionComesBack(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  reflect(porch, ['sealed']);
  host.runner.tell({ type: 'admitted' });
  await closes(host, 'the host’s own admission closes the host’s page');
  expect(guest.chatted, 'no chat comes of it').toBe(false);
}

/**
 * The second box of one side comes back in the place of the other side's second: the counter fits, only the key does not.
 * (Each has by then heard one box: the guest the admission, the host the proof.)
 */
async function secondBoxComesBack(who: 'host' | 'guest'): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  const [self, other] = who === 'host' ? [host, guest] : [guest, host];
  let fromSelf = who === 'guest' ? 1 : 0; // The guest's first was its proof.
  let toSelf = 0;
  let reflected = false;
  porch.server.lies.answer = (from, name, { inviteId, box }) => {
    if (from.role !== who || name !== 'relay') {
      if (from.role === who && name === 'invite:commit') fromSelf += 1;
      return undefined;
    }
    fromSelf += 1;
    if (fromSelf !== 2) return { ok: true, value: {} };
    reflected = true;
    from.tell('relayed', { inviteId, seat: guest.caller.seat, box });
    return { ok: true, value: {} };
  };
  // What the other side seals is held back, except what this side needs to get there.
  porch.server.lies.deliver = (to, said) => {
    if (to.role !== who || boxIn(said.payload) === null) return [said];
    toSelf += 1;
    return who === 'guest' && toSelf === 1 ? [said] : [];
  };
  host.runner.tell({ type: 'admitted' });
  await until(`the ${who}’s second box came back`, () => reflected);
  await closes(self, `the ${who}’s own second box closes the ${who}’s page`);
  expect(self.chatted || other.chatted, 'no chat comes of it').toBe(false);
}

/** Once they talk, a box that is wrong closes the boxes of its epoch and not the chat. */
async function boxesComeBackWhileTheyTalk(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.meet();
  for (const { type, caller, payload } of [...porch.server.record]) {
    if (type === 'request' && boxIn(payload) !== null)
      caller.tell('relayed', { inviteId: host.inviteId, seat: guest.caller.seat, box: payload['box'] });
  }
  await porch.quiet();
  host.runner.send('still us');
  await until('boxes that come back do not end a chat', () => guest.texts.includes('still us'));
  expect(guest.texts, 'and say nothing in it').toEqual(['hello from the host', 'still us']);
}

/** One side's frame comes back at once, where the next frame of the other side would be. */
async function framesComeBack(who: 'host' | 'guest'): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  host.runner.tell({ type: 'admitted' });
  await porch.talking(host, guest);
  const [self, other] = who === 'host' ? [host, guest] : [guest, host];
  self.wire.carry = (frame) => {
    queueMicrotask(() => {
      self.wire.arrive(frame);
    });
    return [];
  };
  self.runner.send('to myself');
  await closes(self, `the ${who}’s own frame closes the ${who}’s page`);
  expect(shown(self), 'it is never shown as the other’s words').toEqual([]);
  expect(shown(other), 'nor anywhere else').toEqual([]);
}

/** From now on every box of these kinds goes back to whoever sent it, besides going on. */
function reflect(porch: Porch, kinds: readonly string[]): void {
  porch.server.lies.answer = (from, _name, { inviteId, box, seat }) => {
    const bytes = boxIn({ box });
    if (bytes !== null && kinds.includes(kindOf(bytes) ?? ''))
      from.tell('relayed', { inviteId, seat: seat ?? from.seat, box });
    return undefined;
  };
}

async function closes(person: Person, what: string): Promise<void> {
  await until(what, () => person.state.phase === 'ended');
  expect(person.state, what).toMatchObject({ reason: 'tampered' });
}

const shown = ({ seen }: Person): string[] =>
  seen.flatMap(({ chat }) => messagesOf(chat.posts, 'peer').map(({ text }) => text));
