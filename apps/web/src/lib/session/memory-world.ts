import {
  fromBase64url,
  mintInvite,
  parseLink,
  printLink,
  sha256,
  toBase64url,
  type HostInvite,
} from '@porchlight/invite';

import { messagesOf } from '../chat/post.ts';
import { createMemoryServer } from '../signaling/memory.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { createMemoryNetwork } from '../transport/memory.ts';
import { createMemoryVault } from '../vault/memory.ts';

import { createManualClock, settle } from './clock.ts';
import { Runner, type RunnerInput, type Snapshot } from './runner.ts';
import { linkOf, recall, type SavedSession } from './saved.ts';

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

/** A host, guests, a server and a network: a whole conversation in memory. `keeps`: pages outlive a reload. */
export function createWorld({ keeps = false } = {}) {
  const random = createRandom();
  const clock = createManualClock(1_000_000);
  const network = createMemoryNetwork(random);
  const server = createMemoryServer((token) => toBase64url(sha256(fromBase64url(token) ?? new Uint8Array())));
  const sleepers = new Set<() => void>();
  /** What opens transports has still to be loaded. */
  const late = { transports: null as Promise<void> | null };
  const ports = (signaling: Signaling) => ({
    signaling,
    transports: () => (late.transports === null ? network.open : late.transports.then(() => network.open)),
    clock,
    wakes: (then: () => void) => {
      sleepers.add(then);
      return () => {
        sleepers.delete(then);
      };
    },
    random,
  });

  /** A person with one page after the other. */
  function person(link: string, fresh: Pick<RunnerInput, 'link' | 'nickname' | 'expiresAt' | 'notes'>) {
    const seen: Snapshot[] = [];
    const disk = createMemoryVault();
    let signaling = server.connect();
    let vault = disk.open();

    function open(saved: SavedSession | null): Runner {
      const runner: Runner = new Runner({
        ...(saved === null ? fresh : { ...fresh, link: linkOf(saved.core), nickname: saved.core.nickname }),
        saved,
        ports: ports(signaling),
        changed: () => seen.push(runner.snapshot),
        shelf: keeps ? { keep: (change) => vault.keep('only', change), forget: () => vault.forget('only') } : null,
      });
      return runner;
    }
    let current = open(null);

    return {
      link,
      seen,
      disk,
      get runner() {
        return current;
      },
      get signaling() {
        return signaling;
      },
      /** The page goes, with a goodbye or without, and is there again. False if there was nothing to go on from. */
      async reload(how: 'goodbye' | 'crash' = 'goodbye'): Promise<boolean> {
        if (how === 'goodbye') current.goodbye();
        current.abandon();
        vault.close();
        server.cut(signaling);
        await settle();
        vault = disk.open();
        const [kept] = await vault.load();
        const saved = kept === undefined ? null : recall(kept);
        if (saved === null) return false;
        signaling = server.connect();
        current = open(saved);
        return true;
      },
      get state() {
        return current.snapshot.state;
      },
      get texts() {
        return messagesOf(current.snapshot.chat.posts, 'peer').map(({ text }) => text);
      },
      get deliveries() {
        return messagesOf(current.snapshot.chat.posts, 'me').map(({ delivery }) => delivery);
      },
    };
  }

  return {
    server,
    network,
    clock,
    late,
    /** Everybody's network or page may have been away. */
    wake: () => {
      for (const wake of sleepers) wake();
    },
    /** What a session of one more page needs. */
    ports: () => ports(server.connect()),
    host(invite: HostInvite = mintInvite(random), notes: RunnerInput['notes'] = {}) {
      const expiresAt = clock.now() + HOUR_MS;
      return person(printLink('https://porch.test', invite), {
        link: { role: 'host', invite },
        nickname: 'Ada',
        expiresAt,
        notes,
      });
    },
    guest(link: string) {
      const parsed = parseLink(link.split('#')[1] ?? '');
      if (!parsed.ok) throw new Error(parsed.problem);
      return person(link, { link: { role: 'guest', invite: parsed.invite }, nickname: '', expiresAt: null });
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
