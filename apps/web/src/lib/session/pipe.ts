import { FrameType, type Frame, type Frames } from '@porchlight/channel';
import type { IceServer } from '@porchlight/protocol';

import { MAX_CANDIDATES } from '../transport/candidate.ts';
import type { OpenTransport, Signal, Transport, TransportEvent } from '../transport/transport.ts';

import { Heartbeat } from './heartbeat.ts';
import type { Item } from './items.ts';
import type { Keys } from './keys.ts';
import type { Ports } from './ports.ts';
import type { Path, Role } from './state.ts';

/** Candidates found within this time of each other share a box, in milliseconds. */
const BUNDLE_MS = 4;

/** One box carries at most so many candidates, so that it always fits. */
const CANDIDATES_IN_A_BOX = 12;

const NOTHING = new Uint8Array(0);

export type PipeEvent =
  | { type: 'opened' }
  | { type: 'path'; path: Path }
  /** `frame` is null when there was nothing in it for the caller. */
  | { type: 'frame'; frame: Frame | null }
  | { type: 'lost' }
  | { type: 'violated' };

interface PipeInput {
  role: Role;
  epoch: number;
  ports: Ports;
  keys: Keys;
  /** STUN and TURN servers to find a way with. */
  iceServers: readonly IceServer[] | Promise<readonly IceServer[]>;
  /** The other side is to learn no address of ours. */
  relayOnly: boolean;
  /** Sends items to the other side through the relay. The description goes first. */
  say: (items: Item[]) => void;
  on: (event: PipeEvent) => void;
}

/** One epoch's transport with the frames on it. Once closed it says nothing more, whatever is still on its way. */
export class Pipe {
  readonly epoch: number;
  readonly #input: PipeInput;
  #closed = false;
  #transport: Transport | null = null;
  #frames: Frames | null = null;
  #heartbeat: Heartbeat | null = null;
  /** Signals of the peer that came while the transport was being made ready. */
  #early: Signal[] = [];
  /** Own candidates waiting for their box. */
  #candidates: string[] = [];
  #found = 0;
  #described = false;
  #cancelBundle: (() => void) | null = null;

  constructor(input: PipeInput) {
    this.epoch = input.epoch;
    this.#input = input;
    const open = input.ports.transports();
    const { iceServers } = input;
    if (!(open instanceof Promise) && !(iceServers instanceof Promise)) this.#start(open, iceServers);
    else
      Promise.all([open, iceServers]).then(
        (ready) => {
          this.#start(...ready);
        },
        () => {
          this.#tell({ type: 'lost' });
        },
      );
  }

  apply(signal: Signal): void {
    if (this.#closed) return;
    if (this.#transport === null && this.#early.length > MAX_CANDIDATES) this.#tell({ type: 'violated' });
    else if (this.#transport === null) this.#early.push(signal);
    else this.#transport.apply(signal);
  }

  /** Whether the frame was taken. One that was sealed and not taken would leave a hole, so the pipe is then lost. */
  send(type: number, messageId: number, body: Uint8Array): boolean {
    if (this.#frames === null || this.#transport === null || this.#closed) return false;
    if (!this.#hand(this.#frames.seal(type, messageId, body))) return false;
    this.#rekeyIfDue();
    return true;
  }

  /** The network or the page may have been away: without a word of the other side within 3 s, the pipe is lost. */
  probe(): void {
    this.#heartbeat?.probe();
  }

  close(linger = false): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelBundle?.();
    this.#heartbeat?.stop();
    this.#frames?.erase();
    this.#transport?.close(linger);
  }

  #start(open: OpenTransport, iceServers: readonly IceServer[]): void {
    if (this.#closed) return;
    const { role, relayOnly } = this.#input;
    try {
      this.#transport = open(role, { iceServers, relayOnly }, (event) => {
        if (!this.#closed) this.#handle(event);
      });
    } catch {
      // No WebRTC after all. Told later: whoever made this pipe does not hold it yet.
      queueMicrotask(() => {
        this.#tell({ type: 'lost' });
      });
      return;
    }
    for (const signal of this.#early.splice(0)) this.#transport.apply(signal);
  }

  #handle(event: TransportEvent): void {
    switch (event.type) {
      case 'signal':
        this.#signal(event.signal);
        break;
      case 'opened':
        this.#frames = this.#input.keys.frames(this.epoch, event.fingerprints);
        if (this.#frames !== null) this.#listen();
        this.#tell({ type: this.#frames === null ? 'violated' : 'opened' });
        break;
      case 'received':
        this.#receive(event.frame);
        break;
      default:
        this.#tell(event);
    }
  }

  #receive(bytes: Uint8Array): void {
    const opened = this.#frames?.open(bytes);
    if (opened?.ok !== true) {
      this.#tell({ type: 'violated' });
    } else if (opened.reply === null || this.#hand(opened.reply)) {
      this.#tell({ type: 'frame', frame: opened.frame });
      if (opened.frame !== null) this.#rekeyIfDue();
      // Last, so that an answer that leaves anyway makes a ping needless.
      this.#heartbeat?.heard();
    }
  }

  #rekeyIfDue(): void {
    const now = this.#input.ports.clock.now();
    if (this.#closed || this.#frames?.rekeyDue(now) !== true) return;
    this.#hand(this.#frames.beginRekey(now));
  }

  /** Hands a sealed frame over; if it was not taken, the pipe is lost. */
  #hand(frame: Uint8Array): boolean {
    const taken = this.#transport?.send(frame) === true;
    if (taken) this.#heartbeat?.sent();
    else this.#tell({ type: 'lost' });
    return taken;
  }

  #listen(): void {
    this.#heartbeat = new Heartbeat({
      clock: this.#input.ports.clock,
      ping: () => this.send(FrameType.ping, 0, NOTHING),
      lost: () => {
        this.#tell({ type: 'lost' });
      },
    });
  }

  #signal(signal: Signal): void {
    if (signal.type === 'description') {
      this.#described = true;
      this.#input.say([signal, ...this.#bundle()]);
    } else if (this.#found < MAX_CANDIDATES) {
      this.#found += 1;
      this.#candidates.push(signal.candidate);
    }
    if (this.#candidates.length > 0 && this.#cancelBundle === null && this.#described) {
      this.#cancelBundle = this.#input.ports.clock.after(BUNDLE_MS, () => {
        this.#cancelBundle = null;
        for (let bundle = this.#bundle(); bundle.length > 0; bundle = this.#bundle()) this.#input.say(bundle);
      });
    }
  }

  #bundle(): Item[] {
    const candidates = this.#candidates.splice(0, CANDIDATES_IN_A_BOX);
    return candidates.length === 0 ? [] : [{ type: 'candidates', candidates }];
  }

  #tell(event: PipeEvent): void {
    if (!this.#closed) this.#input.on(event);
  }
}
