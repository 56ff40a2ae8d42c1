import {
  fromBase64url,
  mintInvite,
  parseLink,
  printLink,
  sha256,
  toBase64url,
  type HostInvite,
} from '@porchlight/invite';

import { createMemoryServer } from '../signaling/memory.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { createMemoryNetwork } from '../transport/memory.ts';

import { createManualClock, settle } from './clock.ts';
import { Runner, type Snapshot } from './runner.ts';

export const HOUR_MS = 3_600_000;

/** Randomness that differs at every call and is the same in every run. */
export function createRandom(): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    calls += 1;
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      const block = sha256(new TextEncoder().encode(`${String(calls)} ${String(at)}`));
      bytes.set(block.subarray(0, Math.min(32, length - at)), at);
    }
    return bytes;
  };
}

/** A host, guests, a server and a network: a whole conversation in memory. */
export function createWorld() {
  const random = createRandom();
  const clock = createManualClock(1_000_000);
  const network = createMemoryNetwork(random);
  const server = createMemoryServer((token) => toBase64url(sha256(fromBase64url(token) ?? new Uint8Array())));
  const ports = (signaling: Signaling) => ({
    signaling,
    transports: () => network.open,
    clock,
    random,
  });

  function person(link: string, signaling: Signaling, make: (changed: () => void) => Runner) {
    const seen: Snapshot[] = [];
    const runner: Runner = make(() => seen.push(runner.snapshot));
    return {
      link,
      runner,
      signaling,
      seen,
      get state() {
        return runner.snapshot.state;
      },
      get texts() {
        return runner.snapshot.chat.messages.filter(({ from }) => from === 'peer').map(({ text }) => text);
      },
      get deliveries() {
        return runner.snapshot.chat.messages.filter(({ from }) => from === 'me').map(({ delivery }) => delivery);
      },
    };
  }

  return {
    server,
    network,
    clock,
    host(invite: HostInvite = mintInvite(random)) {
      const signaling = server.connect();
      const link = printLink('https://porch.test', invite);
      return person(
        link,
        signaling,
        (changed) =>
          new Runner({
            link: { role: 'host', invite },
            nickname: 'Ada',
            expiresAt: clock.now() + HOUR_MS,
            ports: ports(signaling),
            changed,
          }),
      );
    },
    guest(link: string) {
      const parsed = parseLink(link.split('#')[1] ?? '');
      if (!parsed.ok) throw new Error(parsed.problem);
      const signaling = server.connect();
      return person(
        link,
        signaling,
        (changed) =>
          new Runner({
            link: { role: 'guest', invite: parsed.invite },
            nickname: '',
            expiresAt: null,
            ports: ports(signaling),
            changed,
          }),
      );
    },
  };
}

export type World = ReturnType<typeof createWorld>;

/** Up to the knock. */
export async function knock(world: World, name = 'Mia') {
  const host = world.host();
  await settle();
  const guest = world.guest(host.link);
  guest.runner.ask(name);
  await settle();
  return { host, guest };
}

/** Up to the chat. */
export async function meet(world: World) {
  const people = await knock(world);
  people.host.runner.tell({ type: 'admitted' });
  await talkable(world);
  return people;
}

/** Candidates travel in bundles, a few ms later. */
export async function talkable(world: World) {
  await settle();
  await world.clock.advance(10);
  await settle();
}
