import { answerHandshake, beginHandshake } from '@porchlight/channel';
import { deriveInvite, mintInvite } from '@porchlight/invite';
import { io } from 'socket.io-client';
import { expect, it } from 'vitest';

import { messagesOf } from '../../apps/web/src/lib/chat/post.ts';
import type { Passed } from '../lying-server.ts';
import { openPorch, random, type Person, type Porch } from '../people.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

interface Pair {
  host: Person;
  guest: Person;
}

it(title(8), async ({ task }) => {
  let replays = 0;
  for (const [stage, come] of Object.entries(STAGES)) {
    replays += await oneAtATime(stage, come);
    replays += await allAtOnce(stage, come);
  }
  replays += await toAnotherInvite();
  await fromAStrangersSocket();
  underTheNameOfAnotherInvite();
  Object.assign(task.meta, { figure: `${replays} replays, none of them shown, none of them let in` });
});

/** How far a run goes before everything that was said in it is said again. */
const STAGES: Readonly<Record<string, (porch: Porch) => Promise<Pair>>> = {
  'at the door': (porch) => porch.knock(),
  'after the guest went away': async (porch) => {
    const pair = await porch.knock();
    pair.guest.runner.tell({ type: 'left' });
    await until('the host waits again', () => pair.host.state.phase === 'waiting');
    return pair;
  },
  'in the chat': (porch) => porch.meet(),
  'in the chat, after they lost and found each other': (porch) => metTwice(porch),
  'after the end': async (porch) => {
    const pair = await metTwice(porch);
    pair.host.runner.tell({ type: 'left' });
    await until('both are out', () => pair.guest.state.phase === 'ended');
    return pair;
  },
};

async function metTwice(porch: Porch): Promise<Pair> {
  const { host, guest } = await porch.meet();
  porch.network.cut();
  await until('they lost each other', () => host.state.phase === 'reconnecting');
  await porch.talking(host, guest);
  guest.runner.send('found again');
  await until('they found each other', () => host.texts.includes('found again'));
  await porch.quiet();
  return { host, guest };
}

/** Each message alone. After one that changed anything, the next one gets a run of its own. */
async function oneAtATime(stage: string, come: (porch: Porch) => Promise<Pair>): Promise<number> {
  let run = await arrive(come);
  const { length } = run.said;
  for (let at = 0; at < length; at += 1) {
    const said = run.said[at];
    if (said === undefined) throw new Error('Every run says as much as the first.');
    const before = photograph(run.pair);
    sayAgain(said, run.pair);
    await run.porch.quiet();
    const what = `${stage}, ${said.type} ${said.name} again`;
    expectNoHarm(run.pair, before, what);
    if (JSON.stringify(photograph(run.pair).states) === JSON.stringify(before.states)) continue;
    await run.porch.close();
    run = await arrive(come, length);
  }
  await stillTalk(run.pair, stage);
  await run.porch.close();
  return length;
}

async function allAtOnce(stage: string, come: (porch: Porch) => Promise<Pair>): Promise<number> {
  const { porch, pair, said } = await arrive(come);
  const before = photograph(pair);
  for (const one of said) sayAgain(one, pair);
  await porch.quiet();
  expectNoHarm(pair, before, `${stage}, everything again`);
  await porch.clock.pass(30_000);
  await porch.quiet();
  expectNoHarm(pair, before, `${stage}, half a minute after everything again`);
  await stillTalk(pair, stage);
  await porch.close();
  return said.length;
}

/** Everything that passed between one pair, said to another pair as if it were theirs. */
async function toAnotherInvite(): Promise<number> {
  let replays = 0;
  for (const [stage, come] of Object.entries(STAGES)) {
    const porch = await openPorch();
    const first = await metTwice(porch);
    const said = [...porch.server.record];
    const pair = await come(porch);
    const before = photograph(pair);
    const seat = lastSeat(porch, pair);
    for (const one of said) {
      sayAgain({ ...one, payload: { ...one.payload, inviteId: pair.host.inviteId, seat } }, pair);
      await porch.quiet();
      expectNoHarm(pair, before, `to another invite, ${stage}, ${one.type} ${one.name}`);
    }
    await stillTalk(pair, `to another invite, ${stage}`);
    await stillTalk(first, 'the invite it was taken from');
    await porch.close();
    replays += said.length;
  }
  return replays;
}

/**
 * Every request, from a socket of somebody else. Those without a token move nothing. A token is as good as its owner for
 * the server (whoever recorded it, which is the server itself, can take the place, and with it the service), but not for
 * the pages: what comes of it are boxes that nobody else can open, and a chat that goes on.
 */
async function fromAStrangersSocket(): Promise<void> {
  const porch = await openPorch();
  const pair = await metTwice(porch);
  const asked = porch.server.record.filter(({ type }) => type === 'request');
  const before = photograph(pair);
  const { realOrigin } = porch.server;
  const stranger = io(realOrigin, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin: realOrigin },
  });
  const again = async ({ name, payload }: Passed): Promise<unknown> => {
    porch.server.letPass(100);
    // A quiet box is answered as well, so that it is known when the server has looked at it.
    return stranger.timeout(10_000).emitWithAck(name, { ...payload, quiet: undefined });
  };
  for (const one of asked.filter(
    ({ payload }) => !('hostToken' in payload || 'claimToken' in payload || 'seatToken' in payload),
  ))
    expect(await again(one), `a stranger’s ${one.name}`).toEqual({ ok: false, refusal: 'not-attached' });
  for (const one of asked) await again(one);
  await porch.quiet();
  stranger.disconnect();
  await porch.quiet();
  const { states, texts, names } = photograph(pair);
  expect({ states, texts, names }, 'a stranger with every token changes nothing between the pages').toEqual({
    states: before.states,
    texts: before.texts,
    names: before.names,
  });
  await stillTalk(pair, 'beside a stranger with every token');
}

/** Even with the same key and the same host, a handshake belongs to one invite. */
function underTheNameOfAnotherInvite(): void {
  const invite = mintInvite(random);
  const { inviteId, psk } = deriveInvite(invite);
  const terms = { hostPublicKey: invite.hostPublicKey, psk, mode: 'invite', epoch: 0, random } as const;
  const { hostSecretKey } = invite;
  const { m1 } = beginHandshake({ ...terms, inviteId });
  expect(answerHandshake({ ...terms, inviteId, hostSecretKey }, m1).ok, 'the control: under its own').toBe(true);
  expect(answerHandshake({ ...terms, inviteId: random(16), hostSecretKey }, m1)).toEqual({
    ok: false,
    problem: 'not-authentic',
  });
}

/** A run up to a stage, and all that was said in it: `count` of it, where runs may differ by a box of candidates. */
async function arrive(come: (porch: Porch) => Promise<Pair>, count?: number) {
  const porch = await openPorch();
  const pair = await come(porch);
  await porch.quiet();
  const said = [...porch.server.record];
  while (count !== undefined && said.length < count) said.push(...said.slice(-1));
  return { porch, pair, said };
}

/** An event to the side that heard it; a request to the real server, in the name of the side that made it. */
function sayAgain({ type, caller: { role }, name, payload }: Passed, { host, guest }: Pair): void {
  const { caller } = role === 'host' ? host : guest;
  if (type === 'event') caller.tell(name, payload);
  else void caller.ask(name, payload).catch(() => undefined);
}

/** What the two pages show. */
function photograph({ host, guest }: Pair) {
  return {
    states: [host.state, guest.state],
    texts: [host.texts, guest.texts],
    names: [host.runner.snapshot.peerName, guest.runner.snapshot.peerName],
    seen: [host.seen.length, guest.seen.length],
  };
}

/** Nobody is further in than before, and no text is there that was not. */
function expectNoHarm({ host, guest }: Pair, before: ReturnType<typeof photograph>, what: string): void {
  for (const [at, person] of [host, guest].entries()) {
    const was = before.states[at]?.phase ?? 'ended';
    const texts = before.texts[at] ?? [];
    if (was === 'chatting') expect(person.state, `${what}: the chat goes on`).toEqual(before.states[at]);
    for (const { state, chat } of person.seen.slice(before.seen[at])) {
      // That somebody took the seat is the server's word alone, so a replay may say it.
      const limit = Math.max(FURTHER.indexOf(was), FURTHER.indexOf('handshaking'));
      const now = was === 'ended' ? 'ended' : state.phase;
      expect(
        state.phase === 'ended' ? 0 : FURTHER.indexOf(now),
        `${what}: the ${state.role} is ${state.phase}`,
      ).toBeLessThanOrEqual(limit);
      if (was === 'ended') expect(state.phase, `${what}: what is over stays over`).toBe('ended');
      const shown = messagesOf(chat.posts, 'peer').map(({ text }) => text);
      expect(state.phase === 'ended' ? [] : texts, `${what}: nothing is shown twice`).toEqual(shown);
    }
  }
}

/** From far away to inside. */
const FURTHER: readonly string[] = [
  'idle',
  'opening',
  'waiting',
  'claiming',
  'host-away',
  'handshaking',
  'knocked',
  'knocking',
  'connecting',
  'reconnecting',
  'chatting',
];

/** Where there was a chat, it still is one. */
async function stillTalk({ host, guest }: Pair, what: string): Promise<void> {
  if (host.state.phase !== 'chatting') return;
  host.runner.send('still here?');
  guest.runner.send('still here!');
  await until(
    `${what}: they still talk`,
    () => guest.texts.at(-1) === 'still here?' && host.texts.at(-1) === 'still here!',
  );
}

/** The name of the seat, as the server last said it. */
const lastSeat = (porch: Porch, { host }: Pair): unknown =>
  porch.server.record.findLast(({ payload }) => payload['inviteId'] === host.inviteId && 'seat' in payload)?.payload[
    'seat'
  ];
