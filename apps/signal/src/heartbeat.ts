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
 * Asks each connection every `intervalMs`, and gives it `timeoutMs`, which has to be less, for any sign of life. Many are asked
 * at once: to wake for each, and to keep a clock for each, costs a server with a crowd that waits more than all the rest.
 */
export function createHeartbeat(intervalMs: number, timeoutMs: number): Heartbeat {
  const count = Math.max(2, Math.round(intervalMs / BEAT_MS));
  const beatMs = intervalMs / count;
  /** So many beats after it was asked, a batch is judged, at the next call of the clock. */
  const patience = Math.min(count, Math.ceil(timeoutMs / beatMs)) - 1;
  const batches = Array.from({ length: count }, () => new Members());
  const at = (beat: number): Members | undefined => batches[(beat + count) % count];
  let beats = 0;
  let judged = -patience;
  let clock: NodeJS.Timeout | undefined;
  let begunAt = 0;

  function beat(): void {
    // Only what was asked before the last call: whatever had arrived by then has been read since, however late this one is.
    for (; judged < beats - patience; judged += 1) at(judged + 1)?.judge();
    const late = Math.floor((performance.now() - begunAt) / beatMs) - beats;
    // A busy process asks as often as one at rest. Of a stop, nothing before the last round is made good.
    if (late > count) begunAt += (late - count) * beatMs;
    for (let n = 0; n < Math.min(late, count - patience); n += 1) {
      beats += 1;
      at(beats)?.ask();
    }
    if (!batches.every(({ isEmpty }) => isEmpty)) return;
    clearInterval(clock);
    clock = undefined;
  }

  return {
    add(connection) {
      if (clock === undefined) {
        clock = setInterval(beat, beatMs).unref();
        begunAt = performance.now() - beats * beatMs;
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
  /** Asked, and silent since. */
  readonly #silent = new Set<Beating>();

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

  ask(): void {
    for (const connection of this.#all) {
      this.#silent.add(connection);
      connection.sendPacket('ping', undefined, PING);
    }
  }

  judge(): void {
    for (const connection of this.#silent) connection.close(true);
  }
}

/** How much time there is between two batches. */
const BEAT_MS = 200;

/**
 * “2” in one whole frame of text, made once (RFC 6455 §5.2; engine.io-protocol 4), for to a crowd that waits nothing else is
 * sent. uWebSockets.js makes its own.
 */
const PING = { compress: false, wsPreEncodedFrame: [Buffer.from('\x81\x012', 'latin1')] };
