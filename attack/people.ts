import { kindOf } from '@porchlight/channel';
import { deriveInvite, mintInvite, parseLink, printLink, toBase64url, type HostInvite } from '@porchlight/invite';
import { Manager, type Socket } from 'socket.io-client';
import { onTestFinished, vi } from 'vitest';

import { messagesOf } from '../apps/web/src/lib/chat/post.ts';
import { createManualClock } from '../apps/web/src/lib/session/clock.ts';
import type { Link } from '../apps/web/src/lib/session/keys.ts';
import type { Clock } from '../apps/web/src/lib/session/ports.ts';
import { Runner, type Snapshot } from '../apps/web/src/lib/session/runner.ts';
import { openSocket } from '../apps/web/src/lib/signaling/socket.ts';
import type { Signaling } from '../apps/web/src/lib/signaling/signaling.ts';
import { createMemoryNetwork } from '../apps/web/src/lib/transport/memory.ts';
import type { OpenTransport } from '../apps/web/src/lib/transport/transport.ts';

import { PROBE, startLyingServer, type Caller } from './lying-server.ts';
import { boxIn } from './record.ts';
import { until } from './until.ts';

const HOUR_MS = 3_600_000;

export const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** One person's end of the way between the two pages, as someone who sits on it sees it. */
export interface Wire {
  /** Every frame this page sent, in order. */
  readonly sent: Uint8Array[];
  /** What becomes of a frame on its way out. */
  carry: (frame: Uint8Array) => readonly Uint8Array[];
  /** Whether this page ever learns that its way is open. */
  opens: boolean;
  /** Lets a frame arrive at this page, out of nowhere. */
  arrive: (frame: Uint8Array) => void;
}

/** The product's own session in Node, over the product's own line to the server, with transports in memory. */
export interface Person {
  readonly runner: Runner;
  readonly link: Link;
  /** base64url, as the server knows it. */
  readonly inviteId: string;
  /** Everything this page ever showed, oldest first. */
  readonly seen: Snapshot[];
  readonly wire: Wire;
  readonly state: Snapshot['state'];
  /** What the other side is shown to have written. */
  readonly texts: readonly string[];
  /** Whether a chat was ever shown. */
  readonly chatted: boolean;
  /** This page as the server sees it. Throws while the line is down. */
  readonly caller: Caller;
  /** Breaks the line to the server, and lets it come back. */
  readonly line: { cut: () => void; restore: () => void };
  /** Resolves when all that was sent to this page has arrived, and all it asked has been answered. */
  caughtUp: () => Promise<void>;
}

export type Porch = Awaited<ReturnType<typeof openPorch>>;

/** A lying server, a network in memory, and a clock that goes by itself and can be moved on. Closed when the test is over. */
export async function openPorch() {
  const server = await startLyingServer('');
  const network = createMemoryNetwork(random);
  const clock = createMovableClock();
  const lines: Socket[] = [];
  const people: Person[] = [];

  let open = true;
  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    for (const line of lines) line.disconnect();
    clock.stop();
    await server.close();
  }
  onTestFinished(close);

  async function arrive(link: Link, nickname: string): Promise<Person> {
    const { signaling, socket } = openLine(server.origin);
    lines.push(socket);
    await until('the line to the server is up', () => signaling.up);
    const tapped = tap(network.open);
    const seen: Snapshot[] = [];
    const runner: Runner = new Runner({
      link,
      nickname,
      expiresAt: link.role === 'host' ? clock.now() + HOUR_MS : null,
      ports: { signaling, transports: () => tapped.open, clock, wakes: () => () => undefined, random },
      changed: () => seen.push(runner.snapshot),
    });
    const person: Person = {
      runner,
      link,
      inviteId: toBase64url(deriveInvite(link.invite).inviteId),
      seen,
      wire: tapped.wire,
      get state() {
        return runner.snapshot.state;
      },
      get texts() {
        return messagesOf(runner.snapshot.chat.posts, 'peer').map(({ text }) => text);
      },
      get chatted() {
        return seen.some(({ state }) => state.phase === 'chatting');
      },
      get caller() {
        const caller = server.callers.find(({ id }) => id === socket.id);
        if (caller === undefined) throw new Error('This line is down.');
        return caller;
      },
      line: { cut: () => socket.disconnect(), restore: () => socket.connect() },
      async caughtUp() {
        await signaling.request('relay', { inviteId: PROBE, box: 'AAAA' });
      },
    };
    people.push(person);
    return person;
  }

  const porch = {
    server,
    network,
    clock,
    people,
    /** Before the test is over, when there are many. */
    close,

    /** Someone who invites; the link works. */
    async host(invite: HostInvite = mintInvite(random)): Promise<Person> {
      const host = await arrive({ role: 'host', invite }, 'Ada');
      await until('the link works', () => host.state.phase === 'waiting');
      return host;
    },

    /** Someone who opened the host's link, and does not ask yet. */
    async guest(host: Person): Promise<Person> {
      const parsed = parseLink(printLink('https://porch.test', host.link.invite));
      if (!parsed.ok) throw new Error(parsed.problem);
      return arrive({ role: 'guest', invite: parsed.invite }, '');
    },

    /** Up to the knock. */
    async knock(name = 'Mia'): Promise<{ host: Person; guest: Person }> {
      const host = await porch.host();
      const guest = await porch.guest(host);
      guest.runner.ask(name);
      await until('the host hears the knock', () => host.state.phase === 'knocked');
      await until('the guest waits at the door', () => guest.state.phase === 'knocking');
      return { host, guest };
    },

    /** Up to the chat, in which each has said something. */
    async meet(name = 'Mia'): Promise<{ host: Person; guest: Person }> {
      const { host, guest } = await porch.knock(name);
      host.runner.tell({ type: 'admitted' });
      await porch.talking(host, guest);
      host.runner.send('hello from the host');
      guest.runner.send('hello from the guest');
      await until('each hears the other', () => host.texts.length === 1 && guest.texts.length === 1);
      await porch.quiet();
      return { host, guest };
    },

    /** How many M2, which are the answers to guests, were ever made. */
    answers(): number {
      const made = server.record.filter(({ type, payload }) => {
        const box = boxIn(payload);
        return type === 'request' && box !== null && kindOf(box) === 'm2';
      });
      return made.length;
    },

    /** Waits until both are in the chat. */
    async talking(host: Person, guest: Person): Promise<void> {
      const phases = (): string[] => [host, guest].map(({ state }) => state.phase);
      await until('both are in the chat', () => phases().every((phase) => phase === 'chatting'));
    },

    /** Waits until nothing is on its way any more, at any page or at the real server. */
    async quiet(): Promise<void> {
      for (let passed = -1; passed !== server.record.length;) {
        passed = server.record.length;
        // The real server allows 20 requests a second, and these are some of them.
        server.letPass(100);
        for (const person of people) await person.caughtUp();
      }
    },
  };
  return porch;
}

/** openSocket has no way to close its line, because a page never does. Here many come and go. */
function openLine(origin: string): { signaling: Signaling; socket: Socket } {
  const made = vi.spyOn(Manager.prototype, 'socket');
  const signaling = openSocket(origin);
  const [first] = made.mock.results;
  made.mockRestore();
  if (first?.type !== 'return') throw new Error('No socket was made.');
  return { signaling, socket: first.value };
}

/** Sits on the way between two pages. */
function tap(open: OpenTransport): { open: OpenTransport; wire: Wire } {
  const wire: Wire = { sent: [], carry: (frame) => [frame], opens: true, arrive: () => undefined };
  return {
    wire,
    open(role, ways, on) {
      const transport = open(role, ways, (event) => {
        if (wire.opens || event.type !== 'opened') on(event);
      });
      wire.arrive = (frame) => {
        on({ type: 'received', frame });
      };
      return {
        ...transport,
        send(frame) {
          wire.sent.push(frame.slice());
          let taken = true;
          for (const carried of wire.carry(frame)) taken = transport.send(carried) && taken;
          return taken;
        },
      };
    },
  };
}

/** The tests' own clock, which here follows the real one. */
function createMovableClock(): Clock & { pass: (ms: number) => Promise<void>; stop: () => void } {
  const clock = createManualClock(Date.now());
  let line = Promise.resolve();
  const pass = (ms: number): Promise<void> => (line = line.then(() => clock.advance(ms)));
  let last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    void pass(now - last);
    last = now;
  }, 5);
  return {
    now: () => clock.now(),
    after: (ms, then) => clock.after(ms, then),
    pass,
    stop() {
      clearInterval(ticking);
    },
  };
}
