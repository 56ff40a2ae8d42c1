import { createCipheriv, createDecipheriv } from 'node:crypto';

import { type DerivedInvite, type HostInvite, type Random, deriveInvite, mintInvite } from '@porchlight/invite';

import { Keys } from '../apps/web/src/lib/session/keys.ts';
import * as reference from '../libs/channel/vectors/reference.ts';

// Somebody who holds the link, and so the psk, and writes handshake messages by hand on top of OpenSSL: right in every
// respect but the one that a row wants wrong. docs/protocol.md §3. Shares no line with libs/channel/src.

/** An invite and both sides of it as the product's pages hold them. */
export interface Invited {
  readonly invite: HostInvite;
  readonly derived: DerivedInvite;
  /** Keys of a fresh page of this invite. `random` decides what it draws. */
  readonly host: (random?: Random) => Keys;
  readonly guest: (random?: Random) => Keys;
}

/** Randomness that is the same in every run: SHA-256 of the label and a counter. */
export function steady(label: string): Random {
  let drawn = 0;
  return (length) => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () =>
      reference.sha256(reference.text(`${label} ${drawn++}`)),
    );
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  };
}

/** Mints an invite; `hostPublicKey` is put into the link instead of the right one. */
export function invited(random: Random = steady('invite'), hostPublicKey?: Uint8Array): Invited {
  const minted = mintInvite(random);
  const invite = hostPublicKey === undefined ? minted : { ...minted, hostPublicKey };
  return {
    invite,
    derived: deriveInvite(invite),
    // Copies, because keys are overwritten where they are used up.
    host: (draws = steady('host')) =>
      new Keys({ role: 'host', invite: { ...invite, secret: invite.secret.slice() } }, draws),
    guest: (draws = steady('guest')) =>
      new Keys({ role: 'guest', invite: { ...invite, secret: invite.secret.slice() } }, draws),
  };
}

/** M1 of an invite around any e_G and any payload, authenticated. */
export function forgeFirst(by: Invited, publicKey: Uint8Array, payload: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.of(1, 0, 0, 0, 0),
    reference.firstNoiseMessage(prologueOf(by), Buffer.from(by.derived.psk), publicKey, payload),
  ]);
}

/** What an M2 is made of. */
export interface Second {
  /** e_H as it is sent. */
  readonly publicKey: Uint8Array;
  /** What the guest computes with that e_H. */
  readonly shared: Uint8Array;
  /** kemCiphertext(1088) ‖ nH(32) */
  readonly answer: Uint8Array;
  /** The signature, over the bytes that the host would sign, or over whatever else; any length. */
  readonly sign: (signed: Uint8Array, h: Uint8Array) => Uint8Array;
}

/** A forged M2, with what its maker knows afterwards. */
export interface ForgedSecond {
  readonly m2: Buffer;
  readonly split: { initiatorKey: Uint8Array; responderKey: Uint8Array; hash: Uint8Array };
}

/** M2 in answer to a real M1, authenticated. */
export function forgeSecond(by: Invited, m1: Uint8Array, { publicKey, shared, answer, sign }: Second): ForgedSecond {
  const state = stateAfter(by, m1);
  mixHash(state, publicKey);
  mixKey(state, publicKey);
  mixKey(state, shared);
  const payload = Buffer.concat([answer, sign(signedBytes(state.h, answer), state.h)]);
  const cipher = createCipheriv('chacha20-poly1305', state.k, NONCE, { authTagLength: 16 });
  cipher.setAAD(state.h, { plaintextLength: payload.length });
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  mixHash(state, sealed);
  const [initiatorKey, responderKey] = hkdf(state.ck, Buffer.alloc(0));
  return {
    m2: Buffer.concat([Buffer.of(2, 0, 0, 0, 0), publicKey, sealed]),
    split: { initiatorKey: plain(initiatorKey), responderKey: plain(responderKey), hash: plain(state.h) },
  };
}

/** e_G, the ML-KEM key and C of an M1. */
export function readFirst(
  by: Invited,
  m1: Uint8Array,
): { publicKey: Buffer; kemPublicKey: Buffer; commitment: Buffer } {
  const { payload, publicKey } = stateAfter(by, m1);
  return { publicKey, kemPublicKey: payload.subarray(0, 1184), commitment: payload.subarray(1184) };
}

/** What the host signs, over the hash `h` after e, ee. `context` stands for the words it begins with. */
export function signedBytes(h: Uint8Array, answer: Uint8Array, context = 'porchlight1 host-signature\0'): Buffer {
  return Buffer.concat([reference.text(context), h, reference.sha256(answer)]);
}

/** A plain Uint8Array, because that is what browsers have. */
export const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

const NONCE = Buffer.alloc(12);

interface State {
  h: Buffer;
  ck: Buffer;
  k: Buffer;
}

const prologueOf = ({ derived, invite }: Invited): Buffer =>
  reference.prologue('invite', 0, Buffer.from(derived.inviteId), Buffer.from(invite.hostPublicKey));

function mixHash(state: State, data: Uint8Array): void {
  state.h = reference.sha256(state.h, data);
}

function mixKey(state: State, ikm: Uint8Array): void {
  [state.ck, state.k] = hkdf(state.ck, ikm);
}

/** Noise's HKDF, rev 34 §4.3. */
function hkdf(ck: Uint8Array, ikm: Uint8Array): [Buffer, Buffer, Buffer] {
  const prk = reference.hmac(ck, ikm);
  const first = reference.hmac(prk, Buffer.of(1));
  const second = reference.hmac(prk, first, Buffer.of(2));
  return [first, second, reference.hmac(prk, second, Buffer.of(3))];
}

function stateAfter(by: Invited, m1: Uint8Array): State & { publicKey: Buffer; payload: Buffer } {
  const name = reference.sha256(reference.text('Noise_NNpsk0_25519_ChaChaPoly_SHA256'));
  const state: State = { h: reference.sha256(name, prologueOf(by)), ck: name, k: name };
  const [ck, hashInput] = hkdf(state.ck, by.derived.psk);
  state.ck = ck;
  mixHash(state, hashInput);
  const publicKey = Buffer.from(m1.subarray(5, 37));
  const sealed = Buffer.from(m1.subarray(37));
  mixHash(state, publicKey);
  mixKey(state, publicKey);
  const decipher = createDecipheriv('chacha20-poly1305', state.k, NONCE, { authTagLength: 16 });
  decipher.setAAD(state.h, { plaintextLength: sealed.length - 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  const payload = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  mixHash(state, sealed);
  return { ...state, publicKey, payload };
}
