import { mintInvite, parseLink, printLink, type Random } from '@porchlight/invite';
import type { Reply } from '@porchlight/protocol';

import type { Link } from '../apps/web/src/lib/session/keys.ts';
import { reasons, type Reason } from '../apps/web/src/lib/session/reasons.ts';
import { Runner } from '../apps/web/src/lib/session/runner.ts';
import { openSocket } from '../apps/web/src/lib/signaling/socket.ts';
import type { Signaling, SignalingEvent } from '../apps/web/src/lib/signaling/signaling.ts';
import type { createMemoryNetwork } from '../apps/web/src/lib/transport/memory.ts';

/** What all pairings of one run have in common. */
export interface Surroundings {
  readonly origin: string;
  /** Between the two pages of a chat, where no server is. */
  readonly network: ReturnType<typeof createMemoryNetwork>;
  /** So long does somebody think before the next click, in ms. */
  readonly thinkMs: () => number;
}

/**
 * One host, and guests with the same link: the product's own sessions, each over the product's own line to the server, and
 * people who want to talk. The host lets in whoever knocks. The first guest asks again wherever the page offers that; the
 * others ask once.
 */
export class Pairing {
  /** When the server last confirmed the host's invite, and when the host's line was last lost; as `performance.now`. */
  openedAt = -Infinity;
  downAt = -Infinity;
  /** The guests who were given an admission, by their place. More than one must never be. */
  readonly seated = new Set<number>();
  /** Why the first guest had to ask again, each time. */
  readonly askedAgain: Reason[] = [];
  /** What happened, a line each, for a report of what went wrong. */
  readonly story: string[] = [];
  readonly #surroundings: Surroundings;
  readonly #host: Runner;
  readonly #guests: Runner[] = [];
  /** Every box that the host sent with a commit. */
  readonly #admissions = new Set<string>();
  #invited = false;
  #deciding = false;
  /** Everything either side of the chat became once both were in it. */
  readonly #since: string[] = [];
  #met = false;

  constructor(surroundings: Surroundings, guests: number) {
    this.#surroundings = surroundings;
    const invite = mintInvite(random);
    const line = observed(openSocket(surroundings.origin), {
      asked: (name, input) => {
        if (name === 'invite:commit') this.#admissions.add(boxIn(input));
      },
      answered: (name, reply) => {
        if (name === 'invite:open' && reply.ok) this.openedAt = performance.now();
        this.#tell('host', `${name} ${reply.ok ? 'ok' : reply.refusal}`);
      },
      heard: ({ type }) => {
        if (type === 'down') this.downAt = performance.now();
        this.#tell('host', `heard ${type}`);
      },
    });
    this.#host = this.#run({ role: 'host', invite }, 'host', line, () => {
      const { state } = this.#host.snapshot;
      if (state.phase === 'waiting' && !this.#invited) {
        this.#invited = true;
        const link = printLink(surroundings.origin, invite);
        for (let place = 0; place < guests; place += 1) this.#guestComes(link, place);
      }
      if (state.phase === 'knocked' && !state.away) this.#letIn();
    });
  }

  /** Whether host and guest are in their chat. */
  get complete(): boolean {
    const isIn = (one: Runner): boolean => one.snapshot.state.phase === 'chatting';
    return isIn(this.#host) && this.#guests.filter(isIn).length === 1;
  }

  /** Whether the host's invite is, as far as its browser can know, at the server. */
  isHostBack(since: number): boolean {
    return this.openedAt >= since && this.openedAt > this.downAt;
  }

  /** What was done to a chat that was complete: empty where nothing was. */
  get touched(): readonly string[] {
    return this.#since;
  }

  /** Where everybody is, for a report. */
  get where(): string {
    return [this.#host, ...this.#guests].map(({ snapshot: { state } }) => phaseOf(state)).join(', ');
  }

  /** Each says something and hears the other. Throws where there is no chat. */
  async talk(): Promise<void> {
    const pair = [this.#host, ...this.#guests].filter(({ snapshot }) => snapshot.state.phase === 'chatting');
    const heard = (): boolean =>
      pair.length === 2 && pair.every(({ snapshot }) => snapshot.chat.posts.some(({ from }) => from === 'peer'));
    for (const one of pair) one.send('Still there?');
    for (let waitedMs = 0; !heard(); waitedMs += LOOK_MS) {
      if (waitedMs > TALK_LIMIT_MS) throw new Error(`no talk: ${this.where}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  #run(link: Link, nickname: string, signaling: Signaling, changed: () => void): Runner {
    let was = '';
    const runner: Runner = new Runner({
      link,
      nickname,
      expiresAt: link.role === 'host' ? Date.now() + HOUR_MS : null,
      ports: {
        signaling,
        transports: () => this.#surroundings.network.open,
        clock,
        wakes: () => () => undefined,
        random,
      },
      changed: () => {
        changed();
        const phase = phaseOf(runner.snapshot.state);
        if (phase !== was) this.#tell(nickname, `is ${phase}`);
        was = phase;
        if (this.#met && (runner === this.#host || phase !== 'ended: used')) this.#note(phase);
        this.#met ||= this.complete;
      },
    });
    return runner;
  }

  #guestComes(link: string, place: number): void {
    const who = `guest ${place}`;
    const parsed = parseLink(link);
    if (!parsed.ok) throw new Error(parsed.problem);
    const line = observed(openSocket(this.#surroundings.origin), {
      answered: (name, reply) => {
        this.#tell(who, `${name} ${reply.ok ? 'ok' : reply.refusal}`);
      },
      heard: (event) => {
        if (event.type === 'relayed' && this.#admissions.has(event.box)) this.seated.add(place);
        this.#tell(who, `heard ${event.type}`);
      },
    });
    let asking = false;
    const askSoon = (guest: Runner): void => {
      if (asking) return;
      asking = true;
      setTimeout(() => {
        asking = false;
        guest.ask(who);
      }, this.#surroundings.thinkMs());
    };
    const guest: Runner = this.#run({ role: 'guest', invite: parsed.invite }, who, line, () => {
      const { state } = guest.snapshot;
      if (state.phase !== 'ended' || !reasons[state.reason].again || place > 0 || this.#met || asking) return;
      this.askedAgain.push(state.reason);
      askSoon(guest);
    });
    this.#guests.push(guest);
    askSoon(guest);
  }

  #letIn(): void {
    if (this.#deciding) return;
    this.#deciding = true;
    setTimeout(() => {
      this.#deciding = false;
      this.#host.tell({ type: 'admitted' });
    }, this.#surroundings.thinkMs());
  }

  #tell(who: string, what: string): void {
    this.story.push(`${(performance.now() / 1_000).toFixed(2)} ${who} ${what}`);
  }

  #note(phase: string): void {
    if (phase === 'reconnecting' || phase.startsWith('ended')) this.#since.push(phase);
  }
}

/** What is watched of one line to the server. */
interface Watch {
  asked?: (name: string, input: object) => void;
  answered: (name: string, reply: Reply<unknown>) => void;
  heard: (event: SignalingEvent) => void;
}

/** The same line, seen by somebody who changes nothing. */
function observed(line: Signaling, watch: Watch): Signaling {
  return {
    get up() {
      return line.up;
    },
    get turnedAway() {
      return line.turnedAway;
    },
    get welcome() {
      return line.welcome;
    },
    async request(name, input) {
      watch.asked?.(name, input);
      const reply = await line.request(name, input);
      watch.answered(name, reply);
      return reply;
    },
    pass(box, refused) {
      watch.asked?.('relay', box);
      line.pass(box, (reply) => {
        watch.answered('relay', reply);
        refused(reply);
      });
    },
    listen: (inviteId, listener) =>
      line.listen(inviteId, (event) => {
        watch.heard(event);
        listener(event);
      }),
  };
}

const boxIn = (input: object): string => ('box' in input && typeof input.box === 'string' ? input.box : '');

const phaseOf = (state: Runner['snapshot']['state']): string =>
  state.phase === 'ended' ? `ended: ${state.reason}` : state.phase;

const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

const clock = {
  now: () => Date.now(),
  after: (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

const HOUR_MS = 3_600_000;
const LOOK_MS = 20;
const TALK_LIMIT_MS = 10_000;
