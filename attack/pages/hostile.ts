/*
 * A hostile guest and a hostile host: the product's own session, from the link to the frames, with its fences taken off.
 * Nothing in the product is changed for it. Ports are wrapped, and two methods are replaced here, in this page's copy.
 */
import { mintInvite, parseLink, printLink, toBase64url } from '@porchlight/invite';

import { Keys, type Link } from '../../apps/web/src/lib/session/keys.ts';
import { Runner } from '../../apps/web/src/lib/session/runner.ts';
import { Talk } from '../../apps/web/src/lib/session/talk.ts';
import { openSocket } from '../../apps/web/src/lib/signaling/socket.ts';
import type { Signaling } from '../../apps/web/src/lib/signaling/signaling.ts';
import { openSimplePeer } from '../../apps/web/src/lib/transport/simple-peer.ts';

import { looseConnections, type Loose } from './loose.ts';

declare global {
  interface Window {
    hostile: Hostile;
  }
}

type Frames = NonNullable<ReturnType<Keys['frames']>>;

/** Half an hour: longer than any test. */
const INVITE_MS = 1_800_000;

class Hostile {
  readonly loose: Loose = looseConnections();
  readonly #signaling: Signaling = openSocket(location.origin);
  #runner: Runner | null = null;
  #keys: Keys | null = null;
  #frames: Frames | null = null;
  #textsSent = 0;

  constructor() {
    const taken = (keys: Keys, frames: Frames | null): void => {
      this.#keys = keys;
      this.#frames = frames;
    };
    const honest = Reflect.get<Keys, 'frames'>(Keys.prototype, 'frames');
    Keys.prototype.frames = function (epoch, fingerprints) {
      const frames = honest.call(this, epoch, fingerprints);
      taken(this, frames);
      return frames;
    };
    // An honest page would end over an acknowledgement of what it never wrote.
    Talk.prototype.hear = () => undefined;
  }

  /** Where the session stands: the name of its phase, or why it ended. */
  get stands(): string {
    const state = this.#runner?.snapshot.state;
    return state === undefined ? 'nothing' : state.phase === 'ended' ? state.reason : state.phase;
  }

  /** Asks to come in under this name, to the letter. */
  knock(url: string, nickname: string): void {
    const link = parseLink(new URL(url).hash.slice(1));
    if (!link.ok) throw new Error(link.problem);
    this.#run({ role: 'guest', invite: link.invite }, '').tell({ type: 'asked', nickname });
  }

  /** Makes an invite whose host goes by this name, to the letter, and lets in whoever knocks. Gives the link. */
  invite(nickname: string): string {
    const invite = mintInvite(random);
    const url = printLink(location.origin, invite);
    this.#run({ role: 'host', invite }, nickname);
    return url;
  }

  /** Goes away from the door, or out of the chat. */
  leave(): void {
    this.#runner?.tell({ type: 'left' });
  }

  /** Pretends that the way to the other side was lost, and comes back with a new handshake. */
  comeBack(): void {
    const state = this.#runner?.snapshot.state;
    if (state?.phase === 'chatting') this.#runner?.tell({ type: 'transport-lost', epoch: state.epoch });
  }

  /** Says something, with no limit on what or how often. */
  say(text: string): void {
    this.#textsSent += 1;
    this.sendFrame(1, this.#textsSent, encoder.encode(text));
  }

  /** Sends one frame that the peer can open, of any type and content. Of 2, 3 and 4 the honest page thinks for itself. */
  sendFrame(type: number, messageId: number, body: Uint8Array): void {
    this.loose.send(this.#seal(type, messageId, body));
  }

  /** Sends one frame with some of its bytes replaced after it was sealed. */
  sendSpoiled(at: number, bytes: readonly number[]): void {
    const frame = this.#seal(128, 0, new Uint8Array(0));
    frame.set(bytes, at);
    this.loose.send(frame);
  }

  /** Does this a thousand times a second, or as often as the line takes it, until it was let go, or for ten seconds. */
  async flood(once: () => void): Promise<void> {
    const began = performance.now();
    for (let done = 0, passedMs = 0; passedMs < 10_000 && this.loose.isOpen();) {
      passedMs = performance.now() - began;
      for (; done < passedMs && this.loose.takesMore(); done += 1) once();
      await new Promise((next) => setTimeout(next, 5));
    }
  }

  /** Sends items that the peer can open through the server, whatever they are. */
  async sendItems(items: readonly object[]): Promise<void> {
    const box = this.#keys?.seal(items as Parameters<Keys['seal']>[0]) ?? null;
    if (this.#keys === null || box === null) throw new Error('no keys to seal with');
    const inviteId = toBase64url(this.#keys.inviteId);
    await this.#signaling.request('relay', { inviteId, box: toBase64url(box) });
  }

  #seal(type: number, messageId: number, body: Uint8Array): Uint8Array {
    if (this.#frames === null) throw new Error('no frames to seal with');
    return this.#frames.seal(anyType(type), messageId, body);
  }

  #run(link: Link, nickname: string): Runner {
    const runner = new Runner({
      link,
      nickname,
      expiresAt: link.role === 'host' ? Date.now() + INVITE_MS : null,
      ports: {
        signaling: this.#signaling,
        transports: () => openSimplePeer,
        clock: {
          now: () => Date.now(),
          after: (ms, then) => {
            const timer = setTimeout(then, ms);
            return () => {
              clearTimeout(timer);
            };
          },
        },
        wakes: () => () => undefined,
        random,
      },
      changed: () => {
        if (runner.snapshot.state.phase === 'knocked') runner.tell({ type: 'admitted' });
      },
    });
    this.#runner = runner;
    return runner;
  }
}

const encoder = new TextEncoder();
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/**
 * A type that `Frames.seal` refuses to its callers: it looks twice, and is shown an optional type; what it then writes
 * is the third look.
 */
function anyType(type: number): number {
  const looks = [128, 128, type];
  return { valueOf: () => looks.shift() } as unknown as number;
}

window.hostile = new Hostile();
