import type { Event, EventName, Input, Output, Reply, RequestName } from '@porchlight/protocol';

/** What the server said, or that the line to it came up or went down. */
export type SignalingEvent =
  { type: 'up' } | { type: 'down' } | { [E in EventName]: { type: E } & Event<E> }[EventName];

/** The line to the server, shared by all sessions of a page. Everything that arrives was checked against the request table. */
export interface Signaling {
  readonly up: boolean;
  /** Never rejects: no answer, or no line, is the refusal `unavailable`. Requests leave in the order they are made. */
  request<R extends RequestName>(name: R, input: Input<R>): Promise<Reply<Output<R>>>;
  /** Hears of one invite, and of the line. Returns the way to stop. */
  listen(inviteId: string, listener: (event: SignalingEvent) => void): () => void;
}
