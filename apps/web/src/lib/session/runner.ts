import { FrameType, type Sas } from '@porchlight/channel';
import { LIFETIMES_MS } from '@porchlight/protocol';

import { emptyChat, type Chat } from '../chat/chat.ts';
import { noDraft, type Draft } from '../chat/draft.ts';
import type { Ref } from '../chat/message.ts';
import { cleanName } from '../chat/text.ts';

import { Drafting } from './drafting.ts';
import type { Effect, Event } from './events.ts';
import { Hearing } from './hearing.ts';
import { hidingOf, type Hiding } from './hiding.ts';
import { Keeper } from './keeper.ts';
import { Keys, type Link } from './keys.ts';
import { Line } from './line.ts';
import { transition } from './machine.ts';
import { noNotes, noted, stepOf, type Notes, type StoryStep } from './notes.ts';
import { Pipe, type PipeEvent } from './pipe.ts';
import type { Ports } from './ports.ts';
import { placeOf, restored } from './restore.ts';
import { chatOf, type Saved, type SavedSession } from './saved.ts';
import { Saving, STILL_HERE_MS, type Shelf } from './saving.ts';
import { Speaking } from './speaking.ts';
import type { State } from './state.ts';
import { Talk } from './talk.ts';
import { timing, type Timer } from './timing.ts';

const NOTHING = new Uint8Array(0);

/** A guest who was not let in yet may come back as long as any link works. */
const LONGEST_LIFE_MS = Math.max(...LIFETIMES_MS);

/** However often the device says that something changed, it counts once in so long, in ms: no peer takes more (chat/pace.ts). */
const WAKE_MS = 2000;

/** What a session shows of itself. */
export interface Snapshot {
  state: State;
  chat: Chat;
  online: boolean;
  /** Whether addresses can be hidden here, and whether they are unless the person says otherwise. */
  hiding: Hiding;
  /** The other side is writing. */
  peerTyping: boolean;
  /** Own name, as the other side sees it. */
  nickname: string;
  peerName: string | null;
  sas: Sas | null;
  notes: Notes;
}

export interface RunnerInput {
  link: Link;
  /** Own name, as the other side will see it. */
  nickname: string;
  /** Host: when the link stops working, ms since epoch. */
  expiresAt: number | null;
  /** Whether the other side is to learn no address of ours; null: as whoever runs the server has it. */
  hideAddress?: boolean | null;
  /** Host: what is noted about the invite from the beginning. */
  notes?: Partial<Notes>;
  /** Without one nothing outlives the page. */
  shelf?: Shelf | null;
  /** How it stood before a reload. */
  saved?: SavedSession | null;
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
  readonly #talk: Talk;
  readonly #drafting: Drafting;
  readonly #hearing: Hearing;
  readonly #speaking: Speaking;
  readonly #keeper: Keeper;
  readonly #saving: Saving | null;
  readonly #changed: () => void;
  readonly #expiresAt: number | null;
  readonly #timers = new Map<Timer, { endsAt: number; cancel: () => void }>();
  readonly #events: Event[] = [];
  #nickname: string;
  #hideAddress: boolean | null;
  #state: State;
  #peerName: string | null = null;
  #sas: Sas | null = null;
  #notes: Notes;
  #pipe: Pipe | null = null;
  #stopListening: (() => void) | null = null;
  #stopWaking: (() => void) | null = null;
  #wokeAt = -Infinity;
  #running = false;
  #abandoned = false;

  constructor(input: RunnerInput) {
    this.#ports = input.ports;
    this.#role = input.link.role;
    this.#nickname = input.nickname;
    this.#expiresAt = input.expiresAt;
    this.#changed = input.changed;
    const { saved = null, shelf = null } = input;
    this.#hideAddress = saved === null ? (input.hideAddress ?? null) : saved.core.hideAddress;
    this.#peerName = saved?.core.peerName ?? null;
    this.#sas = saved?.core.sas ?? null;
    this.#notes = saved?.core.notes ?? { ...noNotes, ...input.notes };
    if (saved === null && this.#role === 'host') this.#note('made');
    const chat = saved === null ? emptyChat : chatOf(saved);
    this.#saving =
      shelf === null
        ? null
        : new Saving({
            shelf,
            clock: input.ports.clock,
            kept: chat.posts,
            now: () => this.#now(),
            due: () => {
              this.#keeper.keep();
            },
          });
    this.#keeper = new Keeper(this.#saving, (error) => {
      this.#fail(error);
    });
    this.#keys = new Keys(input.link, input.ports.random, saved?.core.keys);
    const tell = (event: Event): void => {
      this.tell(event);
    };
    this.#line = new Line({
      link: input.link,
      keys: this.#keys,
      keeper: this.#keeper,
      saved: saved?.core.line ?? null,
      signaling: input.ports.signaling,
      random: input.ports.random,
      clock: input.ports.clock,
      remainingMs: () => this.#remainingMs(),
      tell,
    });
    this.#talk = new Talk({
      clock: input.ports.clock,
      tell,
      chat,
      changed: input.changed,
      keep: (then) => {
        this.#keeper.keep(then);
      },
      send: (type, messageId, body) => this.#pipe?.send(type, messageId, body) ?? false,
    });
    this.#drafting = new Drafting({
      clock: input.ports.clock,
      draft: saved?.core.draft ?? noDraft,
      keep: () => {
        this.#keeper.keep();
      },
    });
    this.#hearing = new Hearing({
      role: this.#role,
      keys: this.#keys,
      line: this.#line,
      tell,
      isOver: () => this.#state.phase === 'ended',
      signal: (epoch, signal) => {
        if (this.#pipe?.epoch === epoch) this.#pipe.apply(signal);
      },
    });
    this.#speaking = new Speaking({
      keys: this.#keys,
      line: this.#line,
      keeper: this.#keeper,
      tell,
      nickname: () => this.#nickname,
      seat: () => this.#guestSeat(),
    });
    this.#state =
      this.#role === 'host' ? { role: 'host', phase: 'opening', strikes: 0 } : { role: 'guest', phase: 'idle' };
    this.#listen();
    if (this.#role === 'host') this.#start('expiry', Math.max(0, this.#remainingMs()));
    if (saved === null) this.#keeper.keep();
    else this.#restore(saved.core);
    if (saved === null && this.#role === 'host' && input.ports.signaling.up) this.#line.open();
    // Told later: whoever made this session does not hold it yet.
    else
      queueMicrotask(() => {
        if (saved !== null && input.ports.signaling.up) this.tell({ type: 'signaling-up' });
        else if (this.#role === 'host') this.#tellIfTurnedAway();
      });
  }

  get snapshot(): Snapshot {
    return {
      state: this.#state,
      chat: this.#talk.chat,
      online: this.#ports.signaling.up,
      hiding: hidingOf(this.#ports.signaling),
      peerTyping: this.#talk.peerTyping,
      nickname: this.#nickname,
      peerName: this.#peerName,
      sas: this.#sas,
      notes: this.#notes,
    };
  }

  /** Something happened. */
  tell(event: Event): void {
    if (this.#abandoned) return;
    this.#events.push(event);
    if (this.#running) return;
    this.#running = true;
    const before = this.#state;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        const was = this.#state;
        const step = transition(was, next);
        this.#state = step.state;
        for (const effect of step.effects) this.#perform(effect);
        if (step.state !== was) this.#follow(was);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running = false;
    }
    if (this.#state !== before) this.#keeper.keep();
    this.#changed();
  }

  /** A guest asks to come in under this name; the other side is to learn its address, or not. */
  ask(nickname: string, hideAddress: boolean | null = null): void {
    this.#nickname = cleanName(nickname);
    this.#hideAddress = hideAddress;
    this.tell({ type: 'asked', nickname: this.#nickname });
  }

  /** Whether the other side is not to learn the address: as the person chose, or as whoever runs the server wants it. */
  get hidesAddress(): boolean {
    return this.#hideAddress ?? this.#line.hidesAddress;
  }

  /** What is said; null while there is nobody to say it to. */
  get talk(): Talk | null {
    return this.#state.phase === 'chatting' || this.#state.phase === 'reconnecting' ? this.#talk : null;
  }

  /** Writes a message. While there is no way to the other side it waits. */
  send(text: string, quote: Ref | null = null): ReturnType<Talk['write']> {
    const outcome = this.talk?.write(text, quote) ?? 'empty';
    // Kept in one write with the message, so that no page finds it in the log and in the box.
    if (outcome === 'ok') this.#drafting.forget();
    return outcome;
  }

  /** Puts other words in an own message. */
  edit(id: number, text: string): ReturnType<Talk['edit']> {
    const outcome = this.talk?.edit(id, text) ?? 'not-yours';
    if (outcome === 'ok') this.#drafting.set({ text: this.draft.text, about: { mode: 'write' } });
    return outcome;
  }

  /** Whether each side is told what the other has seen. */
  setTellsSeen(on: boolean): void {
    this.#talk.setTellsSeen(on);
  }

  /** The person wants other things noted. */
  note(change: Partial<Pick<Notes, 'muted' | 'label'>>): void {
    this.#notes = { ...this.#notes, ...change };
    this.#keeper.keep();
    this.#changed();
  }

  /** What the person was writing when its page went, or its room was left for another. */
  get draft(): Draft {
    return this.#drafting.draft;
  }

  /** The person has written so far. Kept a moment later. Nothing can be written outside the room. */
  setDraft(draft: Draft): void {
    if (this.talk !== null) this.#drafting.set(draft);
  }

  /** The page may be gone in a moment: what was written is kept now. */
  keepDraft(): void {
    this.#drafting.keepNow();
  }

  /** The person is writing. */
  type(): void {
    if (this.#state.phase === 'chatting') this.#talk.type();
  }

  /** The person has read what is shown. */
  markRead(): void {
    this.#talk.markRead();
  }

  /** Another page goes on with this session: nothing is said or kept from here any more. */
  abandon(): void {
    this.#abandoned = true;
    this.#keeper.stop();
    this.#hearNothing();
  }

  /** The page is going away, perhaps only to be loaded again. */
  goodbye(): void {
    this.keepDraft();
    this.#pipe?.send(FrameType.goodbye, 0, NOTHING);
    // Where nothing is kept a knock dies with its page, so its seat is given back at once.
    if (this.#keeper.keeps) return;
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
        this.#tellIfTurnedAway();
        this.#line.claim();
        // Right behind the claim: if that is refused, so is this.
        this.#speaking.begin(0);
        break;
      case 'claim-again':
        this.#line.claim();
        if (!this.#keys.waiting) this.#speaking.begin(0);
        break;
      case 'attach':
        this.#line.attach();
        break;
      case 'begin-handshake':
        this.#speaking.begin(effect.epoch);
        break;
      case 'answer-handshake':
        this.#speaking.answer(effect.seat, effect.epoch, effect.box);
        break;
      case 'introduce':
        this.#speaking.introduce(effect.epoch, effect.nickname);
        if (effect.epoch === 0) this.#sas = this.#keys.sas();
        break;
      case 'meet':
        this.#peerName = effect.name === '' ? null : effect.name;
        if (this.#role === 'host') this.#sas = this.#keys.sas();
        break;
      case 'admit':
        this.#speaking.admit(effect.commit?.seat ?? null);
        this.#open(effect.epoch);
        break;
      case 'commit-again':
        this.#line.commitAgain(effect.seat);
        break;
      case 'connect':
        this.#open(effect.epoch);
        break;
      case 'decline':
        this.#speaking.decline(effect.seat);
        break;
      case 'end': {
        // In the order in which they were sealed: what waits to be kept goes before the end.
        this.#keeper.flush();
        const pipe = this.#pipe;
        pipe?.send(FrameType.ended, 0, NOTHING);
        pipe?.close(true);
        this.#speaking.end();
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
        this.#drafting.forget();
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

  /** What a host's notes have to do with a change of state. */
  #follow(before: State): void {
    const { welcome, letInEveryone } = this.#notes;
    const what = stepOf(before, this.#state);
    if (what !== null) this.#note(what);
    if (this.#state.phase === 'chatting' && welcome !== '') {
      // Both in one write, so that it is said once whatever happens to the page.
      this.#talk.write(welcome);
      this.#notes = { ...this.#notes, welcome: '' };
    }
    if (this.#state.phase === 'knocked' && !this.#state.away && letInEveryone) this.#events.push({ type: 'admitted' });
  }

  #note(what: StoryStep['what']): void {
    this.#notes = noted(this.#notes, what, this.#ports.clock.now());
  }

  #tellIfTurnedAway(): void {
    const { turnedAway } = this.#ports.signaling;
    if (turnedAway !== null) this.tell({ type: 'turned-away', ...turnedAway });
  }

  #open(epoch: number): void {
    this.#closePipe();
    if (!this.#talk.admits(epoch)) return;
    this.#pipe = new Pipe({
      role: this.#role,
      epoch,
      ports: this.#ports,
      keys: this.#keys,
      iceServers: this.#line.iceServers(this.#guestSeat()),
      relayOnly: this.hidesAddress,
      say: (items) => {
        this.#speaking.describe(items);
      },
      on: (event) => {
        this.#heardOfPipe(epoch, event);
      },
    });
  }

  #guestSeat(): string | null {
    if (this.#role === 'guest') return null;
    return 'seat' in this.#state && this.#state.seat !== null ? this.#state.seat : this.#line.committedSeat;
  }

  #heardOfPipe(epoch: number, event: PipeEvent): void {
    switch (event.type) {
      case 'opened':
        this.tell({ type: 'transport-opened', epoch });
        this.#talk.resume();
        break;
      case 'path':
        this.tell({ type: 'path-found', epoch, path: event.path });
        break;
      case 'frame':
        this.#talk.hear(epoch, event.frame);
        break;
      case 'lost':
        this.tell({ type: 'transport-lost', epoch });
        break;
      case 'violated':
        this.tell({ type: 'transport-violated', epoch });
        break;
    }
  }

  #listen(): void {
    this.#stopListening ??= this.#ports.signaling.listen(this.#line.inviteId, (event) => {
      this.#hearing.server(event);
      if (event.type === 'down' || event.type === 'welcomed') this.#changed();
    });
    this.#stopWaking ??= this.#ports.wakes(() => {
      this.#wake();
    });
  }

  #wake(): void {
    const now = this.#ports.clock.now();
    if (Math.abs(now - this.#wokeAt) < WAKE_MS) return;
    this.#wokeAt = now;
    this.#pipe?.probe();
    this.tell({ type: 'woke' });
  }

  #closePipe(): void {
    this.#pipe?.close();
    this.#pipe = null;
    this.#talk.pause();
  }

  #close(keepLink: boolean): void {
    this.#hearNothing();
    if (keepLink) {
      this.#line.forgetSeat();
      this.#keys.eraseSession();
    } else {
      this.#keeper.stop();
      this.#saving?.forget();
      this.#line.forget();
      this.#keys.eraseAll();
    }
    this.#talk.forget();
    this.#drafting.forget();
    this.#speaking.forget();
    this.#peerName = this.#sas = null;
    this.#events.length = 0;
  }

  /** A fault of ours. Half a step is not a state to go on from, so everything is closed and forgotten. */
  #fail(error: unknown): void {
    console.error(error);
    this.#state = { role: this.#role, phase: 'ended', reason: 'failed' };
    if (this.#role === 'host') this.#note('ended');
    this.#close(false);
    this.#changed();
  }

  /** Nothing reaches this session any more. */
  #hearNothing(): void {
    this.#closePipe();
    this.#stopListening?.();
    this.#stopListening = null;
    this.#stopWaking?.();
    this.#stopWaking = null;
    this.#saving?.stop();
    this.#drafting.stop();
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #restore({ place, until }: Saved): void {
    const step = restored(this.#role, place, until - this.#ports.clock.now());
    this.#state = step.state;
    for (const effect of step.effects) this.#perform(effect);
  }

  /** Everything that must outlive the page, as it is now. */
  #now(): ReturnType<ConstructorParameters<typeof Saving>[0]['now']> {
    const line = this.#line.save();
    const place = placeOf(this.#state, line.commit !== null);
    const isInside = place.phase === 'connecting' || place.phase === 'inside';
    return {
      until: this.#until(isInside),
      nickname: this.#nickname,
      expiresAt: this.#expiresAt,
      hideAddress: this.#hideAddress,
      peerName: place.phase === 'door' ? null : this.#peerName,
      sas: place.phase === 'door' ? null : this.#sas,
      place,
      keys: this.#keys.save(),
      line,
      chat: this.#talk.chat,
      draft: this.#drafting.draft,
      notes: this.#notes,
    };
  }

  /** When nobody waits for us any more, ms since epoch. A wait that has begun is not made longer by being kept. */
  #until(isInside: boolean): number {
    const now = this.#ports.clock.now();
    if (!isInside) return this.#expiresAt ?? now + LONGEST_LIFE_MS;
    const waits = this.#timers.get('farewell') ?? this.#timers.get('silence');
    return waits?.endsAt ?? now + STILL_HERE_MS + timing.silence;
  }

  #start(timer: Timer, ms: number): void {
    this.#stop(timer);
    const cancel = this.#ports.clock.after(ms, () => {
      this.#timers.delete(timer);
      this.tell({ type: 'timer-fired', timer });
    });
    this.#timers.set(timer, { endsAt: this.#ports.clock.now() + ms, cancel });
  }

  #stop(timer: Timer): void {
    this.#timers.get(timer)?.cancel();
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
