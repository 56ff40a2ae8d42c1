import { requests, type Input, type Output, type Refused, type Reply, type RequestName } from '@porchlight/protocol';
import { safeParse } from 'valibot';

/** The answer to one request, and what is to happen once the answer is on its way. */
export interface Answer<T> {
  reply: Reply<T>;
  afterwards: () => void;
}

/** Answers a request whose name and shape have been checked. */
export type Handle = <R extends RequestName>(request: R, input: Input<R>) => Promise<Answer<Output<R>>>;

/** What one socket's door needs. */
export interface Doorkeeping {
  handle: Handle;
  /** Milliseconds to wait before the next request is welcome; 0 lets this one in. */
  waitMs: () => number;
  /** Told of a surprise: something threw behind the door. */
  onFailure: (error: unknown) => void;
}

/** One socket's door: the only reader of unknown input. */
export class Door {
  readonly #keeping: Doorkeeping;
  #queue = Promise.resolve();

  constructor(keeping: Doorkeeping) {
    this.#keeping = keeping;
  }

  /**
   * Takes one packet as Socket.IO hands it over: `[name, input, acknowledge]`. Never throws. Refuses unknown names,
   * wrong shapes and too many requests; does nothing at all without an `acknowledge`. What is let in is answered in order;
   * what asked to be quiet, only if it is refused.
   */
  receive(packet: readonly unknown[]): void {
    const [name, input, acknowledge, ...more] = packet;
    const last = packet.at(-1);
    const wait = this.#keeping.waitMs();
    if (!isAcknowledge(last)) return;
    if (wait > 0) last({ ...refused('slow-down'), retryAfterMs: wait });
    else if (!isRequestName(name)) last(refused('unknown-request'));
    else if (acknowledge !== last || more.length > 0) last(refused('malformed'));
    else {
      const parsed = parse(name, input);
      if (parsed === undefined) last(refused('malformed'));
      else this.whenAnswered(() => this.#answer(name, parsed, last));
    }
  }

  /** Runs `next` after every request received so far has been answered. */
  whenAnswered(next: () => Promise<void> | void): void {
    this.#queue = this.#queue.then(next).catch(this.#keeping.onFailure);
  }

  async #answer<R extends RequestName>(request: R, input: Input<R>, acknowledge: Acknowledge): Promise<void> {
    let answered: Answer<Output<R>>;
    try {
      answered = await this.#keeping.handle(request, input);
    } catch (error) {
      acknowledge({ ...refused('unavailable'), retryAfterMs: UNAVAILABLE_RETRY_MS });
      throw error;
    }
    if (!answered.reply.ok || !isQuiet(input)) acknowledge(answered.reply);
    answered.afterwards();
  }
}

/** Answers one packet. */
export type Acknowledge = (reply: Reply<unknown>) => void;

/** Whether this is Socket.IO's way to answer a packet. Nothing else is: functions cannot come off the wire. */
export function isAcknowledge(value: unknown): value is Acknowledge {
  return typeof value === 'function';
}

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requests, name);
}

function parse<R extends RequestName>(name: R, input: unknown): Input<R> | undefined {
  const parsed = safeParse(requests[name].input, input);
  return parsed.success ? parsed.output : undefined;
}

/** Whether silence is the answer that was asked for. */
function isQuiet(input: object): boolean {
  return 'quiet' in input && input.quiet === true;
}

/** Whatever threw may have been a moment's trouble. */
const UNAVAILABLE_RETRY_MS = 5_000;

function refused(refusal: Refused['refusal']): Refused {
  return { ok: false, refusal };
}
