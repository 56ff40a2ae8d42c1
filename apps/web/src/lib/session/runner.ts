import { epochOf, FrameType, kindOf, type Frame, type Sas } from '@porchlight/channel';
import { fromBase64url, toBase64url } from '@porchlight/invite';

import {
  acknowledged,
  compose,
  emptyChat,
  heard,
  sent,
  undelivered,
  unsent,
  type Chat,
  type Composed,
} from '../chat/chat.ts';
import { MAX_FRAMES_IN_WINDOW, paced, type Pace } from '../chat/pace.ts';
import { cleanName, decodeText, encodeText } from '../chat/text.ts';
import type { SignalingEvent } from '../signaling/signaling.ts';

import type { Effect, Event } from './events.ts';
import type { Item } from './items.ts';
import { Keys, type Link } from './keys.ts';
import { transition } from './machine.ts';
import { Pipe, type PipeEvent } from './pipe.ts';
import type { Ports } from './ports.ts';
import { Line } from './line.ts';
import type { State } from './state.ts';
import type { Timer } from './timing.ts';

const NOTHING = new Uint8Array(0);

/** What a session shows of itself. */
export interface Snapshot {
  state: State;
  chat: Chat;
  online: boolean;
  peerName: string | null;
  sas: Sas | null;
}

export interface RunnerInput {
  link: Link;
  /** Own name, as the other side will see it. */
  nickname: string;
  /** Host: when the link stops working, ms since epoch. */
  expiresAt: number | null;
  ports: Ports;
  /** There is something new to show. */
  changed: () => void;
}

/** Runs one session: feeds the machine with what happens, performs what it decides, keeps the chat. No page in sight. */
export class Runner {
  readonly #ports: Ports;
  readonly #role: Link['role'];
  readonly #keys: Keys;
  readonly #line: Line;
  readonly #changed: () => void;
  readonly #expiresAt: number | null;
  readonly #timers = new Map<Timer, () => void>();
  readonly #events: Event[] = [];
  #nickname: string;
  #state: State;
  #chat: Chat = emptyChat;
  #peerName: string | null = null;
  #sas: Sas | null = null;
  #pipe: Pipe | null = null;
  /** Host: the seat that the next description is for, when it must ride in the commit. */
  #toCommit: string | null = null;
  #stopListening: (() => void) | null = null;
  #pace: Pace = { since: 0, count: 0 };
  #running = false;

  constructor(input: RunnerInput) {
    this.#ports = input.ports;
    this.#role = input.link.role;
    this.#nickname = input.nickname;
    this.#expiresAt = input.expiresAt;
    this.#changed = input.changed;
    this.#keys = new Keys(input.link, input.ports.random);
    this.#line = new Line({
      link: input.link,
      keys: this.#keys,
      signaling: input.ports.signaling,
      random: input.ports.random,
      remainingMs: () => this.#remainingMs(),
      tell: (event) => {
        this.tell(event);
      },
    });
    this.#state = this.#role === 'host' ? { role: 'host', phase: 'opening' } : { role: 'guest', phase: 'idle' };
    this.#listen();
    if (this.#role === 'host') {
      this.#start('expiry', this.#remainingMs());
      if (input.ports.signaling.up) this.#line.open();
    }
  }

  get snapshot(): Snapshot {
    return {
      state: this.#state,
      chat: this.#chat,
      online: this.#ports.signaling.up,
      peerName: this.#peerName,
      sas: this.#sas,
    };
  }

  /** Something happened. */
  tell(event: Event): void {
    this.#events.push(event);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        const step = transition(this.#state, next);
        this.#state = step.state;
        for (const effect of step.effects) this.#perform(effect);
      }
    } catch (error) {
      // A fault of ours. Half a step is not a state to go on from, so everything is closed and forgotten.
      console.error(error);
      this.#state = { role: this.#role, phase: 'ended', reason: 'failed' };
      this.#close(false);
    } finally {
      this.#running = false;
    }
    this.#changed();
  }

  /** A guest asks to come in under this name. */
  ask(nickname: string): void {
    this.#nickname = cleanName(nickname);
    this.tell({ type: 'asked', nickname: this.#nickname });
  }

  /** Writes a message. While there is no way to the other side it waits. */
  send(text: string): 'ok' | Extract<Composed, { ok: false }>['problem'] {
    if (this.#state.phase !== 'chatting' && this.#state.phase !== 'reconnecting') return 'too-many';
    const composed = compose(this.#chat, text, this.#ports.clock.now());
    if (!composed.ok) return composed.problem;
    this.#chat = composed.chat;
    this.#deliver(composed.message.id, text);
    this.#changed();
    return 'ok';
  }

  /** The page is going away, perhaps only to be loaded again. */
  goodbye(): void {
    this.#pipe?.send(FrameType.goodbye, 0, NOTHING);
    // A knock dies with its page, so its seat is given back at once.
    if (this.#state.phase === 'handshaking' || this.#state.phase === 'knocking') {
      if (this.#role === 'guest') this.#line.end(null);
    }
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'open-invite':
        this.#line.open();
        break;
      case 'claim':
        this.#listen();
        this.#line.claim();
        // Right behind the claim: if that is refused, so is this.
        this.#begin(0);
        break;
      case 'claim-again':
        this.#line.claim();
        if (!this.#keys.waiting) this.#begin(0);
        break;
      case 'attach':
        this.#line.attach();
        break;
      case 'begin-handshake':
        this.#begin(effect.epoch);
        break;
      case 'answer-handshake':
        this.#answer(effect.seat, effect.epoch, effect.box);
        break;
      case 'introduce':
        this.#introduce(effect.epoch, effect.nickname);
        break;
      case 'meet':
        this.#peerName = effect.name === '' ? null : effect.name;
        if (this.#role === 'host') this.#sas = this.#keys.sas();
        break;
      case 'admit':
        this.#toCommit = effect.commit?.seat ?? null;
        this.#open(effect.epoch);
        break;
      case 'commit-again':
        this.#line.commitAgain(effect.seat);
        break;
      case 'connect':
        this.#open(effect.epoch);
        break;
      case 'decline':
        this.#line.decline(effect.seat, this.#seal([{ type: 'declined' }]));
        break;
      case 'end': {
        const pipe = this.#pipe;
        pipe?.send(FrameType.ended, 0, NOTHING);
        pipe?.close(true);
        this.#line.end(this.#seal([{ type: 'ended' }]));
        break;
      }
      case 'end-quietly':
        this.#line.end(null);
        break;
      case 'erase-link':
        this.#keys.eraseLink();
        break;
      case 'erase-session':
        this.#keys.eraseSession();
        this.#line.uncommit();
        this.#peerName = this.#sas = null;
        // The link works again, if there is time left.
        this.#start('expiry', Math.max(0, this.#remainingMs()));
        break;
      case 'close-transport':
        this.#closePipe();
        break;
      case 'start-timer':
        this.#start(effect.timer, effect.timer === 'retry' ? this.#jitter(effect.ms) : effect.ms);
        break;
      case 'stop-timer':
        this.#stop(effect.timer);
        break;
      case 'close':
        this.#close(effect.keepLink);
        break;
    }
  }

  #begin(epoch: number): void {
    const m1 = this.#keys.begin(epoch);
    if (m1 !== null) this.#line.relay(null, toBase64url(m1));
  }

  #answer(seat: string, epoch: number, box: Uint8Array): void {
    const m2 = this.#keys.answer(box, epoch);
    if (m2 === 'refused') this.tell({ type: 'handshake-refused', epoch, forged: false });
    else if (m2 !== 'repeated') this.#line.relay(seat, toBase64url(m2));
  }

  #introduce(epoch: number, nickname: string): void {
    const nonce = this.#keys.commitment();
    if (nonce === null) return;
    this.#say([epoch === 0 ? { type: 'knock', nonce, nickname } : { type: 'resume', nonce }]);
    if (epoch === 0) this.#sas = this.#keys.sas();
  }

  #open(epoch: number): void {
    this.#closePipe();
    this.#pipe = new Pipe({
      role: this.#role,
      epoch,
      ports: this.#ports,
      keys: this.#keys,
      say: (items) => {
        this.#sayOfPipe(items);
      },
      on: (event) => {
        this.#heardOfPipe(epoch, event);
      },
    });
  }

  /** The host's offer carries the admission; the first time, both ride in the commit. */
  #sayOfPipe(items: Item[]): void {
    const offers = this.#role === 'host' && items[0]?.type === 'description';
    const all: Item[] = offers ? [{ type: 'admitted', nickname: this.#nickname }, ...items] : items;
    const seat = this.#toCommit;
    if (seat === null) {
      this.#say(all);
    } else {
      this.#toCommit = null;
      const box = this.#seal(all);
      if (box !== null) this.#line.commit(seat, box);
    }
  }

  #say(items: Item[]): void {
    const box = this.#seal(items);
    if (box !== null) this.#line.relay(this.#guestSeat(), box);
  }

  #seal(items: Item[]): string | null {
    const box = this.#keys.seal(items);
    return box === null ? null : toBase64url(box);
  }

  #guestSeat(): string | null {
    if (this.#role === 'guest') return null;
    return 'seat' in this.#state && this.#state.seat !== null ? this.#state.seat : this.#line.committedSeat;
  }

  #heardOfPipe(epoch: number, event: PipeEvent): void {
    switch (event.type) {
      case 'opened':
        this.tell({ type: 'transport-opened', epoch });
        for (const message of undelivered(this.#chat)) this.#deliver(message.id, message.text);
        this.#changed();
        break;
      case 'path':
        this.tell({ type: 'path-found', epoch, path: event.path });
        break;
      case 'frame':
        this.#heardFrame(epoch, event.frame);
        break;
      case 'lost':
        this.tell({ type: 'transport-lost', epoch });
        break;
      case 'violated':
        this.tell({ type: 'transport-violated', epoch });
        break;
    }
  }

  #heardFrame(epoch: number, frame: Frame): void {
    this.#pace = paced(this.#pace, this.#ports.clock.now());
    if (this.#pace.count > MAX_FRAMES_IN_WINDOW) {
      this.tell({ type: 'flood-arrived', epoch });
      return;
    }
    switch (frame.type) {
      case FrameType.text: {
        const text = decodeText(frame.body);
        const next = text === null ? null : heard(this.#chat, frame.messageId, text, this.#ports.clock.now());
        if (next === null) {
          this.tell({ type: 'transport-violated', epoch });
          return;
        }
        this.#chat = next;
        this.#pipe?.send(FrameType.ack, this.#chat.heard, NOTHING);
        this.#changed();
        break;
      }
      case FrameType.ack: {
        const next = acknowledged(this.#chat, frame.messageId);
        if (next === null) {
          this.tell({ type: 'transport-violated', epoch });
          return;
        }
        this.#chat = next;
        this.#changed();
        break;
      }
      case FrameType.ended:
        this.tell({ type: 'end-arrived' });
        break;
      case FrameType.goodbye:
        this.tell({ type: 'goodbye-arrived', epoch });
        break;
      default:
    }
  }

  #deliver(id: number, text: string): void {
    if (this.#pipe?.send(FrameType.text, id, encodeText(text)) === true) this.#chat = sent(this.#chat, id);
  }

  #heardServer(event: SignalingEvent): void {
    switch (event.type) {
      case 'up':
        this.tell({ type: 'signaling-up' });
        break;
      case 'down':
        this.#changed();
        break;
      case 'invite:claimed':
        this.tell({ type: 'seat-claimed', seat: event.seat });
        break;
      case 'invite:attached':
        this.#line.renamed(event.previousSeat, event.seat);
        this.tell({ type: 'seat-renamed', seat: event.seat, previousSeat: event.previousSeat });
        break;
      case 'invite:released':
        this.tell({ type: 'seat-released', seat: event.seat });
        break;
      case 'invite:guest-left':
        break;
      case 'invite:host-left':
        this.tell({ type: 'host-left' });
        break;
      case 'invite:host-returned':
        this.tell({ type: 'host-returned' });
        break;
      case 'invite:ended':
        this.tell({ type: 'invite-over', why: event.why });
        break;
      case 'relayed':
        this.#heardBox(event.seat, fromBase64url(event.box));
        break;
    }
  }

  /** A box from the relay: the server's envelope, the peer's content, neither believed. */
  #heardBox(seat: string, box: Uint8Array | null): void {
    const epoch = box === null ? null : epochOf(box);
    if (box === null || epoch === null) return;
    switch (kindOf(box)) {
      case 'm1':
        if (this.#role === 'host') this.tell({ type: 'handshake-arrived', seat, epoch, box });
        break;
      case 'm2': {
        const proved = this.#keys.finish(box);
        if (proved === 'proved') this.tell({ type: 'host-proved', epoch });
        else if (proved !== 'unawaited') this.tell({ type: 'handshake-refused', epoch, forged: proved === 'forged' });
        break;
      }
      case 'sealed': {
        const opened = this.#keys.open(box);
        if (opened.ok) {
          for (const item of opened.items) {
            if (this.#state.phase !== 'ended') this.#heardItem(item, opened.epoch);
          }
        } else if (opened.problem === 'forged') this.tell({ type: 'box-refused', epoch });
        break;
      }
      case null:
    }
  }

  #heardItem(item: Item, epoch: number): void {
    switch (item.type) {
      case 'knock':
        this.tell({ type: 'knock-arrived', nickname: cleanName(item.nickname) || 'Guest' });
        break;
      case 'resume':
        this.tell({ type: 'resume-arrived', epoch });
        break;
      case 'admitted':
        this.tell({ type: 'admission-arrived', epoch, nickname: cleanName(item.nickname) });
        break;
      case 'declined':
        this.tell({ type: 'decline-arrived' });
        break;
      case 'ended':
        this.tell({ type: 'end-arrived' });
        break;
      case 'description':
        if (this.#pipe?.epoch === epoch) this.#pipe.apply(item);
        break;
      case 'candidates':
        for (const candidate of item.candidates) {
          if (this.#pipe?.epoch === epoch) this.#pipe.apply({ type: 'candidate', candidate });
        }
        break;
    }
  }

  #listen(): void {
    this.#stopListening ??= this.#ports.signaling.listen(this.#line.inviteId, (event) => {
      this.#heardServer(event);
    });
  }

  #closePipe(): void {
    this.#pipe?.close();
    this.#pipe = null;
    this.#chat = unsent(this.#chat);
  }

  #close(keepLink: boolean): void {
    this.#closePipe();
    this.#stopListening?.();
    this.#stopListening = null;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    if (keepLink) {
      this.#line.forgetSeat();
      this.#keys.eraseSession();
    } else {
      this.#line.forget();
      this.#keys.eraseAll();
    }
    this.#chat = emptyChat;
    this.#peerName = this.#sas = this.#toCommit = null;
    this.#events.length = 0;
  }

  #start(timer: Timer, ms: number): void {
    this.#stop(timer);
    const cancel = this.#ports.clock.after(ms, () => {
      this.#timers.delete(timer);
      this.tell({ type: 'timer-fired', timer });
    });
    this.#timers.set(timer, cancel);
  }

  #stop(timer: Timer): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }

  #remainingMs(): number {
    return this.#expiresAt === null ? 0 : this.#expiresAt - this.#ports.clock.now();
  }

  /** ±20 %, so that many guests of a server that came back do not come at once. */
  #jitter(ms: number): number {
    return ms * (0.8 + (0.4 * (this.#ports.random(1)[0] ?? 0)) / 255);
  }
}
