/** What is used here of an Engine.IO socket, whose types keep some of it to themselves. */
export interface Beating {
  /** Engine.IO’s own timer, which asks this one connection alone. */
  pingIntervalTimer: NodeJS.Timeout | null;
  sendPacket: (type: 'ping', data: undefined, options: object) => void;
  close: (discard: boolean) => void;
}

/** Connections that are asked at the same moment. */
export interface Batch {
  /** This one gave a sign of life. */
  heard: (connection: Beating) => void;
  /** This one is gone. */
  remove: (connection: Beating) => void;
}

/** Asks connections whether they are still there, and closes those that do not answer. */
export interface Heartbeat {
  /** Asks this one from now on, in the place of Engine.IO, and for the first time after a whole interval. */
  add: (connection: Beating) => Batch;
}

/**
 * Asks each connection every `intervalMs`, and gives it `timeoutMs` for any sign of life, of time in which this process did
 * not stand still. Many are asked at once: to wake for each, and to keep a clock for each, costs a server with a crowd that
 * waits more than all the rest.
 */
export function createHeartbeat(intervalMs: number, timeoutMs: number): Heartbeat {
  const count = Math.max(2, Math.round(intervalMs / BEAT_MS));
  const beatMs = intervalMs / count;
  const batches = Array.from({ length: count }, () => new Members());
  const at = (beat: number): Members | undefined => batches[beat % count];
  let beats = 0;
  let clock: NodeJS.Timeout | undefined;
  let begunAt = 0;
  let calledAt = 0;
  let awakeMs = 0;

  function beat(): void {
    const now = performance.now();
    // Before this call counts: whatever had arrived by the last one has been read since, however late this one is.
    for (const batch of batches) batch.judge(awakeMs - timeoutMs + beatMs);
    awakeMs += Math.min(now - calledAt, STOOD_STILL_MS);
    calledAt = now;
    const late = Math.floor((now - begunAt) / beatMs) - beats;
    // A busy process asks as often as one at rest. Of a stop, nothing before the last round is made good.
    if (late > count) begunAt += (late - count) * beatMs;
    for (let n = 0; n < Math.min(late, BEATS_AT_ONCE); n += 1) {
      beats += 1;
      at(beats)?.ask(awakeMs);
    }
    if (!batches.every(({ isEmpty }) => isEmpty)) return;
    clearInterval(clock);
    clock = undefined;
  }

  return {
    add(connection) {
      if (clock === undefined) {
        clock = setInterval(beat, beatMs).unref();
        calledAt = performance.now();
        begunAt = calledAt - beats * beatMs;
      }
      clearTimeout(connection.pingIntervalTimer ?? undefined);
      connection.pingIntervalTimer = null;
      const batch = at(beats) ?? new Members();
      batch.add(connection);
      return batch;
    },
  };
}

class Members implements Batch {
  readonly #all = new Set<Beating>();
  /** Silent since it was asked, and when that was. */
  readonly #silent = new Map<Beating, number>();

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  add(connection: Beating): void {
    this.#all.add(connection);
  }

  heard(connection: Beating): void {
    this.#silent.delete(connection);
  }

  remove(connection: Beating): void {
    this.#all.delete(connection);
    this.#silent.delete(connection);
  }

  ask(now: number): void {
    for (const connection of this.#all) {
      if (!this.#silent.has(connection)) this.#silent.set(connection, now);
      connection.sendPacket('ping', undefined, PING);
    }
  }

  /** Closes those who were asked by then, and said nothing since. */
  judge(askedBy: number): void {
    for (const [connection, askedAt] of this.#silent) if (askedAt <= askedBy) connection.close(true);
  }
}

/** How much time there is between two batches. */
const BEAT_MS = 200;

/** The clock that comes later than this was not merely late. */
const STOOD_STILL_MS = 1_000;

/** What was missed is made good in so many steps at a time, so that not all are asked at once. */
const BEATS_AT_ONCE = 10;

/**
 * “2” in one whole frame of text, made once (RFC 6455 §5.2; engine.io-protocol 4), for to a crowd that waits nothing else is
 * sent. uWebSockets.js makes its own.
 */
const PING = { compress: false, wsPreEncodedFrame: [Buffer.from('\x81\x012', 'latin1')] };
