import {
  events,
  refusals,
  requests,
  type EventName,
  type Input,
  type Output,
  type Refusal,
  type Refused,
  type Reply,
  type RequestName,
} from '@porchlight/protocol';
import { io } from 'socket.io-client';
import * as v from 'valibot';

import type { Signaling, SignalingEvent } from './signaling.ts';

/** A request that was not answered in this time, in milliseconds, counts as refused, and the line as dead. */
const ANSWER_MS = 5_000;
/** A page that stood still may have the answer and not have read it: a timer so late, in milliseconds, says nothing of the line. */
const LATE_MS = 1_000;

/** A server that was heard so shortly before, in milliseconds, is there: a box need not be answered to prove it. */
const FRESH_MS = 2_000;
/** So late, in milliseconds, a box may still be refused: by a server whose store is slow. */
const REFUSED_MS = 30_000;

/** The server asks so often whether we are there, in milliseconds (`pingInterval` in apps/signal). */
const PING_EVERY_MS = 12_000;
/** Asked or not, a server that can be reached is heard so soon after that, in milliseconds. */
const PING_SLACK_MS = 3_000;

/** An attempt to connect that is younger than this, in milliseconds, is not begun anew. */
const YOUNG_MS = 2_000;

/** A server that turns us away is asked again after this time at the earliest, and when it says nothing of it; in milliseconds. */
const SOONEST_MS = 5_000;
/** A server that cannot do it is asked again after so long at the latest, in milliseconds. */
const LONGEST_AWAY_MS = 60_000;
/** However long it says: so long at most. */
const LATEST_MS = 3_600_000;

const refused = v.strictObject({
  ok: v.literal(false),
  refusal: v.picklist(refusals),
  retryAfterMs: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.transform((ms) => Math.min(ms, LATEST_MS)),
    ),
  ),
});

/** The line of a page, which knows more than the line does. */
interface Socket extends Signaling {
  /** The network or the page may have been away: a line that is down is tried at once, one that is up must prove it soon. */
  wake: () => void;
}

/** Opens the line to the server of this origin: Socket.IO, websocket only. It reconnects by itself. */
export function openSocket(url: string): Socket {
  const socket = io(url, {
    transports: ['websocket'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 0.5,
    // A page has one line; a second one would be a second identity at the server.
    forceNew: true,
  });
  const listeners = new Map<string, Set<(event: SignalingEvent) => void>>();
  const tellAll = (event: SignalingEvent): void => {
    for (const ofInvite of listeners.values()) for (const listener of ofInvite) listener(event);
  };

  let turnedAway: { refusal: Refusal; until: number } | null = null;
  let welcome: Signaling['welcome'] = null;
  let triedAt = Date.now();
  let heardAt = 0;
  /** Questions whose answers are not here yet. */
  let asking = 0;
  let askingAnew: ReturnType<typeof setTimeout> | null = null;
  /** The server is there and what it keeps invites in is not. Then everybody asks anew, as after a line that broke. */
  const askAnew = (afterMs: number): void => {
    askingAnew ??= setTimeout(
      () => {
        askingAnew = null;
        tellAll({ type: 'up' });
      },
      Math.min(Math.max(SOONEST_MS, afterMs), LONGEST_AWAY_MS) * (1 + Math.random() / 4),
    );
  };

  socket.io.on('reconnect_attempt', () => {
    triedAt = Date.now();
  });
  for (const heard of ['ping', 'packet'] as const) {
    socket.io.on(heard, () => {
      heardAt = Date.now();
    });
  }
  socket.on('connect', () => {
    turnedAway = null;
    tellAll({ type: 'up' });
  });
  socket.on('connect_error', (error) => {
    // A server that cannot be reached is tried again by the library; one that says no is not.
    if (socket.active) return;
    const no = readRefusal('data' in error ? error.data : undefined) ?? { refusal: 'unavailable' };
    const waitMs = Math.max(SOONEST_MS, no.retryAfterMs ?? 0) * (1 + Math.random() / 4);
    turnedAway = { refusal: no.refusal, until: performance.now() + waitMs };
    setTimeout(() => socket.connect(), waitMs);
    tellAll({ type: 'turned-away', refusal: no.refusal, retryAfterMs: waitMs });
  });
  socket.on('disconnect', (reason) => {
    clearTimeout(askingAnew ?? undefined);
    askingAnew = null;
    tellAll({ type: 'down' });
    // The library does not come back by itself when the server closed the line, as it does when it moves us on.
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1000 + Math.random() * 1000);
  });
  for (const name of Object.keys(events) as EventName[]) {
    socket.on(name, (payload: unknown) => {
      const parsed = v.safeParse(events[name], payload);
      // What does not fit the table is not from our server: nobody hears of it.
      if (!parsed.success) return;
      if (!('inviteId' in parsed.output)) {
        welcome = parsed.output;
        tellAll({ type: 'welcomed' });
        return;
      }
      const event = { type: name, ...parsed.output } as SignalingEvent;
      for (const listener of listeners.get(parsed.output.inviteId) ?? []) listener(event);
    });
  }

  async function request<R extends RequestName>(name: R, input: Input<R>): Promise<Reply<Output<R>>> {
    // Nothing is queued for a line that is down: whoever asked asks again when it is up.
    if (!socket.connected) return { ok: false, refusal: 'unavailable' };
    const { engine } = socket.io;
    const late = performance.now() + ANSWER_MS + LATE_MS;
    asking += 1;
    const answer: unknown = await socket
      .timeout(ANSWER_MS)
      .emitWithAck(name, input)
      .catch(() => {
        // TCP may take minutes to notice that the network is gone. The library comes back by itself, and at once.
        if (performance.now() < late) engine.close();
        return null;
      });
    asking -= 1;
    return answered(name, answer);
  }

  /** Silence is consent, unless the line breaks so soon, or without a word since, that the box may be lost with it. */
  async function passQuietly(box: Input<'relay'>): Promise<Reply<unknown>> {
    if (!socket.connected) return { ok: false, refusal: 'unavailable' };
    const leftAt = performance.now();
    const heard = heardAt;
    const answer: unknown = await socket
      .timeout(REFUSED_MS)
      .emitWithAck('relay', { ...box, quiet: true })
      .catch(() => (heardAt === heard || performance.now() - leftAt < ANSWER_MS ? null : PASSED));
    return answered('relay', answer);
  }

  function answered<R extends RequestName>(name: R, answer: unknown): Reply<Output<R>> {
    const reply = readReply(name, answer);
    if (answer !== null && !reply.ok && reply.refusal === 'unavailable') askAnew(reply.retryAfterMs ?? 0);
    return reply;
  }

  /** Whether the line has just shown that it is alive. A clock that was set back says nothing of that. */
  function isFresh(): boolean {
    const sinceMs = Date.now() - heardAt;
    return sinceMs >= 0 && sinceMs < FRESH_MS;
  }

  return {
    get up() {
      return socket.connected;
    },
    get turnedAway() {
      if (turnedAway === null) return null;
      const { refusal, until } = turnedAway;
      return { refusal, retryAfterMs: Math.max(0, until - performance.now()) };
    },
    get welcome() {
      return welcome;
    },
    request,
    pass(box, refused) {
      const passed = asking > 0 || isFresh() ? passQuietly(box) : request('relay', box);
      void passed.then((reply) => {
        if (!reply.ok) refused(reply);
      });
    },
    listen(inviteId, listener) {
      const ofInvite = listeners.get(inviteId) ?? new Set();
      listeners.set(inviteId, ofInvite.add(listener));
      return () => {
        ofInvite.delete(listener);
        if (ofInvite.size === 0) listeners.delete(inviteId);
      };
    },
    wake() {
      if (turnedAway !== null) return;
      const now = Date.now();
      const { engine } = socket.io;
      if (socket.connected) {
        const heard = heardAt;
        setTimeout(
          () => {
            if (heardAt === heard) engine.close();
          },
          Math.max(0, heard + PING_EVERY_MS - now) + PING_SLACK_MS,
        );
      } else if (engine.readyState === 'closed' || now - triedAt > YOUNG_MS) {
        triedAt = now;
        // The library knows no way to cut its own waiting short but this.
        socket.disconnect().connect();
      }
    },
  };
}

const PASSED: Reply<unknown> = { ok: true, value: {} };

function readReply<R extends RequestName>(name: R, answer: unknown): Reply<Output<R>> {
  const accepted = v.safeParse(v.strictObject({ ok: v.literal(true), value: requests[name].output }), answer);
  if (accepted.success) return { ok: true, value: accepted.output.value };
  return { ok: false, ...(readRefusal(answer) ?? { refusal: 'unavailable' }) };
}

function readRefusal(answer: unknown): Omit<Refused, 'ok'> | null {
  const no = v.safeParse(refused, answer);
  if (!no.success) return null;
  const { refusal, retryAfterMs } = no.output;
  return retryAfterMs === undefined ? { refusal } : { refusal, retryAfterMs };
}
