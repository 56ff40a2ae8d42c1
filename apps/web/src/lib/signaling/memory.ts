import type { Input, Output, Refusal, Refused, Reply, RequestName } from '@porchlight/protocol';

import type { Signaling, SignalingEvent } from './signaling.ts';

interface Client {
  up: boolean;
  listeners: Map<string, Set<(event: SignalingEvent) => void>>;
}

interface Invite {
  hostToken: string;
  host: Client | null;
  guest: Client | null;
  seat: string | null;
  previousSeat: string | null;
  committed: boolean;
  ended: boolean;
}

/** What a dishonest server makes of an event on its way to one side: nothing, itself, something else, or more. */
export type Tamper = (to: 'host' | 'guest', event: SignalingEvent) => SignalingEvent[];

/** A signaling server in memory, for tests: as honest as `tamper` lets it be. Events arrive in later microtasks, in order. */
export function createMemoryServer(hash: (token: string) => string) {
  const invites = new Map<string, Invite>();
  /** Guests who found no host, by invite id. */
  const waiting = new Map<string, Client[]>();
  const held = new Map<RequestName, (() => void)[]>();
  const server = {
    tamper: ((_to, event) => [event]) as Tamper,
    /** Everything that passed, in both directions. */
    record: [] as unknown[],
    hideAddress: false,
    /** Why it takes no socket. */
    turnedAway: null as Signaling['turnedAway'],
    /** What it names to those who were let in. */
    iceServers: [] as Output<'ice'>['iceServers'],
    /** Requests that are carried out and whose answers are lost. */
    silent: new Set<RequestName>(),
    /** Whether a request is not carried out, and what it is told. */
    refuse: (() => null) as (name: RequestName) => Refused | null,
    /** Says something to one side of every invite, out of nowhere. */
    poke: (to: 'host' | 'guest', event: SignalingEvent & { inviteId: string }) => {
      for (const invite of invites.values()) send(to, invite[to], event);
    },
    hold,
    connect,
    /** The line of this client breaks, without a word. */
    cut,
    restore,
    /** The server restarts with an empty memory. */
    forget: () => {
      invites.clear();
    },
    invites,
  };
  const clients = new Map<Signaling, Client>();

  function send(to: 'host' | 'guest', client: Client | null, event: SignalingEvent & { inviteId: string }): void {
    for (const told of server.tamper(to, event)) {
      server.record.push(told);
      queueMicrotask(() => {
        if (client?.up !== true) return;
        for (const listener of client.listeners.get(event.inviteId) ?? []) listener(told);
      });
    }
  }

  /** From now on this request is answered only when the returned function lets so many answers out. */
  function hold(name: RequestName): (answers?: number) => void {
    const late: (() => void)[] = [];
    held.set(name, late);
    return (count = Infinity) => {
      for (const answer of late.splice(0, count)) answer();
    };
  }

  function connect(): Signaling {
    const client: Client = { up: server.turnedAway === null, listeners: new Map() };
    const signaling: Signaling = {
      get up() {
        return client.up;
      },
      get turnedAway() {
        return server.turnedAway;
      },
      get welcome() {
        return server.iceServers.length === 0 ? null : { ice: 'turn' as const, hideAddress: server.hideAddress };
      },
      request<R extends RequestName>(name: R, input: Input<R>): Promise<Reply<Output<R>>> {
        server.record.push({ name, input });
        if (!client.up) return Promise.resolve({ ok: false, refusal: 'unavailable' });
        const refused = server.refuse(name);
        if (refused !== null) return Promise.resolve(refused);
        const answer: (client: Client, input: Input<R>) => Output<R> | Refusal = answers[name];
        const reply = toReply(answer(client, input));
        if (server.silent.has(name)) return Promise.resolve({ ok: false, refusal: 'unavailable' });
        const late = held.get(name);
        if (late === undefined) return Promise.resolve(reply);
        return new Promise((resolve) => {
          late.push(() => {
            resolve(reply);
          });
        });
      },
      pass(box, refused) {
        void signaling.request('relay', box).then((reply) => {
          if (!reply.ok) refused(reply);
        });
      },
      listen(inviteId, listener) {
        const ofInvite = client.listeners.get(inviteId) ?? new Set();
        client.listeners.set(inviteId, ofInvite.add(listener));
        return () => {
          ofInvite.delete(listener);
        };
      },
    };
    clients.set(signaling, client);
    return signaling;
  }

  function tellAll(client: Client, event: SignalingEvent): void {
    for (const listeners of client.listeners.values()) for (const listener of listeners) listener(event);
  }

  function cut(signaling: Signaling): void {
    const client = clients.get(signaling);
    if (client === undefined) return;
    client.up = false;
    tellAll(client, { type: 'down' });
    for (const [inviteId, invite] of invites) {
      if (invite.host === client) {
        invite.host = null;
        send('guest', invite.guest, { type: 'invite:host-left', inviteId });
      }
      if (invite.guest === client) {
        invite.guest = null;
        send('host', invite.host, { type: 'invite:guest-left', inviteId, seat: invite.seat ?? '' });
      }
    }
  }

  function restore(signaling: Signaling): void {
    const client = clients.get(signaling);
    if (client === undefined) return;
    client.up = true;
    tellAll(client, { type: 'up' });
  }

  /** The invite whose host, or whose seated guest, is this client. */
  const attached = (client: Client, inviteId: string): Invite | null => {
    const invite = invites.get(inviteId);
    return invite !== undefined && !invite.ended && (invite.host === client || invite.guest === client) ? invite : null;
  };

  function wait(client: Client, inviteId: string, refusal: Refusal): Refusal {
    const others = (waiting.get(inviteId) ?? []).filter((other) => other !== client);
    waiting.set(inviteId, [...others, client]);
    return refusal;
  }

  const answers: { [R in RequestName]: (client: Client, input: Input<R>) => Output<R> | Refusal } = {
    'invite:open': (client, { inviteId, hostToken, committedSeat }) => {
      const known = invites.get(inviteId);
      if (known?.ended === true) return 'ended';
      if (known !== undefined && known.hostToken !== hostToken) return 'wrong-token';
      const invite = known ?? {
        hostToken,
        host: null,
        guest: null,
        seat: committedSeat ?? null,
        previousSeat: null,
        committed: committedSeat !== undefined,
        ended: false,
      };
      invites.set(inviteId, invite);
      invite.host = client;
      for (const guest of new Set([...(waiting.get(inviteId) ?? []), ...(invite.guest === null ? [] : [invite.guest])]))
        send('guest', guest, { type: 'invite:host-returned', inviteId });
      waiting.delete(inviteId);
      const { seat, committed } = invite;
      return { remainingMs: 1, seat, committed, guestPresent: invite.guest !== null };
    },
    'invite:claim': (client, { inviteId, seat }) => {
      const invite = invites.get(inviteId);
      if (invite === undefined) return wait(client, inviteId, 'unknown-invite');
      if (invite.ended) return 'ended';
      if (invite.committed) return 'used';
      if (invite.seat !== null && invite.seat !== seat) return 'reserved';
      if (invite.seat === seat) {
        invite.guest = client;
        send('host', invite.host, { type: 'invite:attached', inviteId, seat, previousSeat: seat });
        return { remainingMs: 1, leaseMs: 1 };
      }
      if (invite.host === null) return wait(client, inviteId, 'host-away');
      invite.seat = seat;
      invite.guest = client;
      send('host', invite.host, { type: 'invite:claimed', inviteId, seat });
      return { remainingMs: 1, leaseMs: 1 };
    },
    'invite:attach': (client, { inviteId, seatToken, nextSeat }) => {
      const invite = invites.get(inviteId);
      if (invite === undefined) return wait(client, inviteId, 'unknown-invite');
      if (invite.ended) return 'ended';
      const shown = hash(seatToken);
      const repeated = invite.seat === nextSeat && (shown === nextSeat || shown === invite.previousSeat);
      if (invite.seat === null || (invite.seat !== shown && !repeated)) return 'stale-seat';
      if (!repeated) invite.previousSeat = invite.seat;
      send('host', invite.host, { type: 'invite:attached', inviteId, seat: nextSeat, previousSeat: invite.seat });
      invite.seat = nextSeat;
      invite.guest = client;
      return { committed: invite.committed, hostPresent: invite.host !== null };
    },
    'invite:commit': (client, { inviteId, seat, box }) => {
      const invite = attached(client, inviteId);
      if (invite === null) return 'not-attached';
      if (invite.seat !== seat) return 'stale-seat';
      invite.committed = true;
      send('guest', invite.guest, { type: 'relayed', inviteId, seat, box });
      return {};
    },
    'invite:decline': (client, { inviteId, seat, box }) => {
      const invite = attached(client, inviteId);
      if (invite?.seat !== seat) return 'stale-seat';
      if (box !== undefined) send('guest', invite.guest, { type: 'relayed', inviteId, seat, box });
      send('guest', invite.guest, { type: 'invite:ended', inviteId, why: 'declined' });
      invite.seat = invite.guest = null;
      return {};
    },
    'invite:end': (client, { inviteId, box }) => {
      const invite = attached(client, inviteId);
      if (invite === null) return 'not-attached';
      const [to, other] =
        invite.host === client ? (['guest', invite.guest] as const) : (['host', invite.host] as const);
      const seat = invite.seat ?? '';
      if (box !== undefined) send(to, other, { type: 'relayed', inviteId, seat, box });
      if (to === 'guest' || invite.committed) {
        invite.ended = true;
        send(to, other, { type: 'invite:ended', inviteId, why: 'ended' });
      } else {
        invite.seat = invite.guest = null;
        send('host', other, { type: 'invite:released', inviteId, seat });
      }
      return {};
    },
    ice: (client, { inviteId }) => {
      const invite = attached(client, inviteId);
      return invite?.committed === true ? { iceServers: server.iceServers, validMs: 3_600_000 } : 'not-attached';
    },
    doctor: () => ({ iceServers: server.iceServers, validMs: 60_000 }),
    relay: (client, { inviteId, box, seat }) => {
      const invite = attached(client, inviteId);
      if (invite?.seat === undefined || invite.seat === null) return 'not-attached';
      // Whoever names a seat is the host, whoever names none is the guest.
      if ((seat === undefined) === (invite.host === client)) return 'not-attached';
      if (seat !== undefined && seat !== invite.seat) return 'stale-seat';
      const [to, other] =
        invite.host === client ? (['guest', invite.guest] as const) : (['host', invite.host] as const);
      if (other === null) return 'peer-away';
      send(to, other, { type: 'relayed', inviteId, seat: invite.seat, box });
      return {};
    },
  };

  return server;
}

const toReply = <T extends object>(answer: T | Refusal): Reply<T> =>
  typeof answer === 'string' ? { ok: false, refusal: answer } : { ok: true, value: answer };
