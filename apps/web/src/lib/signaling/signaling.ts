import type { Event, EventName, Input, Output, Refused, Reply, RequestName } from '@porchlight/protocol';

/** Events of one invite, as the server tells them. */
type InviteEventName = Exclude<EventName, 'welcome'>;

/** What the server said, or that the line to it came up, went down, was refused, or that the server said what it offers. */
export type SignalingEvent =
  | { type: 'up' }
  | { type: 'down' }
  | { type: 'welcomed' }
  | ({ type: 'turned-away' } & Omit<Refused, 'ok'>)
  | { [E in InviteEventName]: { type: E } & Event<E> }[InviteEventName];

/** The line to the server, shared by all sessions of a page. Everything that arrives was checked against the request table. */
export interface Signaling {
  readonly up: boolean;
  /** Why the server does not take our socket, while it does not, and when it is asked again. */
  readonly turnedAway: Omit<Refused, 'ok'> | null;
  /** What the server offers, once it has said so. */
  readonly welcome: Event<'welcome'> | null;
  /** Never rejects: no answer, or no line, is the refusal `unavailable`. Requests leave in the order they are made. */
  request<R extends RequestName>(name: R, input: Input<R>): Promise<Reply<Output<R>>>;
  /** Passes a box on, behind what was asked before. Never throws; tells if it was refused, or may be lost with the line. */
  pass(box: Input<'relay'>, refused: (reply: Refused) => void): void;
  /** Hears of one invite, and of the line. Returns the way to stop. */
  listen(inviteId: string, listener: (event: SignalingEvent) => void): () => void;
}
