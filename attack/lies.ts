import { kindOf, type BoxKind } from '@porchlight/channel';
import { toBase64url } from '@porchlight/invite';

import { SILENCE, type Lies, type LyingServer, type Payload, type Caller } from './lying-server.ts';
import { boxIn } from './record.ts';

const GRANTED = { ok: true, value: {} };

/** The same payload with another box in it. */
const withBox = (payload: Payload, box: Uint8Array): Payload => ({ ...payload, box: toBase64url(box) });

/** A copy with one bit changed. */
export function flipped(bytes: Uint8Array, byte: number, bit = 0): Uint8Array {
  const changed = bytes.slice();
  changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
  return changed;
}

/** Every box of this kind to this side becomes what `change` says: none, one, or more. `nth` counts those boxes from 0. */
export function changing(
  to: 'host' | 'guest',
  kind: BoxKind,
  change: (box: Uint8Array, nth: number) => readonly Uint8Array[],
): Lies['deliver'] {
  let seen = 0;
  return (caller, said) => {
    const box = boxIn(said.payload);
    if (caller.role !== to || box === null || kindOf(box) !== kind) return [said];
    return change(box, seen++).map((changed) => ({ name: said.name, payload: withBox(said.payload, changed) }));
  };
}

/**
 * Gives a seat to every guest who claims one, and carries the boxes of each as if it were the only one. The first is
 * seated by the real server, the others by the liar alone.
 */
export function seatEveryone(server: LyingServer): void {
  let first: Caller | null = null;
  const others = new Map<string, Caller>();
  server.lies.answer = (from, name, payload) => {
    const { inviteId, box, seat } = payload;
    if (name === 'invite:claim') {
      first ??= from;
      if (from === first) return undefined;
      others.set(String(seat), from);
      server.hostOf(inviteId)?.tell('invite:claimed', { inviteId, seat });
      return { ok: true, value: { remainingMs: 3_600_000, leaseMs: 900_000 } };
    }
    if (from.role === 'guest' && from !== first) {
      if (box !== undefined) server.hostOf(inviteId)?.tell('relayed', { inviteId, seat: from.seat, box });
      return GRANTED;
    }
    const other = others.get(String(seat));
    if (other === undefined) return undefined;
    other.tell('relayed', { inviteId, seat, box });
    return GRANTED;
  };
}

/** Says yes to these requests and does nothing. */
export const ignore =
  (...names: readonly string[]): Lies['answer'] =>
  (_from, name) =>
    names.includes(name) ? GRANTED : undefined;

/** Says yes to the host's commit, commits nothing, and still hands the box on. */
export function skipCommit(server: LyingServer): void {
  server.lies.answer = (_from, name, payload) => {
    if (name !== 'invite:commit') return undefined;
    const { inviteId, seat, box } = payload;
    server.callers
      .findLast((one) => one.role === 'guest' && one.seat === seat)
      ?.tell('relayed', { inviteId, seat, box });
    return GRANTED;
  };
}

/** Tells the guest that it is committed, unasked. */
export const commitUnasked: Lies['reply'] = (_to, name, answer) =>
  name === 'invite:attach' ? { ok: true, value: { committed: true, hostPresent: true } } : answer;

/** Answers this request with something that is in no table. */
export const answering =
  (request: string, answer: unknown): Lies['answer'] =>
  (_from, name) =>
    name === request ? answer : undefined;

/** Never answers this request. */
export const silentOn = (request: string): Lies['answer'] => answering(request, SILENCE);

/** Makes the pages ask for ICE servers, and hands out these: of whatever shape, to whomever asks. */
export function handOut(server: LyingServer, iceServers: unknown, validMs: unknown = 600_000): void {
  server.lies.deliver = (_to, said) =>
    said.name === 'welcome' ? [{ name: 'welcome', payload: { ice: 'turn', hideAddress: false } }] : [said];
  server.lies.answer = answering('ice', { ok: true, value: { iceServers, validMs } });
}
