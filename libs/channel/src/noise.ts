import { ascii, concat, erase, expand, extract, sha256 } from '@porchlight/invite';

import { TAG_BYTES, open, seal } from './aead.ts';
import { agree, publicKeyOf } from './x25519.ts';

// Noise_NNpsk0_25519_ChaChaPoly_SHA256, Noise rev 34:   -> psk, e    <- e, ee
// Nothing in this file knows Porchlight: it is checked with published vectors of the Noise protocol.

/** Bytes that Noise adds to the payload of either message: the ephemeral public key and the tag. */
export const NOISE_OVERHEAD_BYTES = 32 + TAG_BYTES;

/** Why a Noise message was refused. */
export type NoiseProblem = 'malformed' | 'low-order-key' | 'not-authentic';

/** What a finished handshake leaves: two 32-byte keys, and the final handshake hash h. */
export interface NoiseSplit {
  readonly initiatorKey: Uint8Array;
  readonly responderKey: Uint8Array;
  readonly hash: Uint8Array;
}

/** The side that speaks first. Each method is called once, in this order; `ephemeral` is 32 random bytes and is erased. */
export interface Initiator {
  readonly publicKey: Uint8Array;
  writeFirst(payload: Uint8Array): Uint8Array;
  /** `hash` is h after the tokens e, ee and before the payload. */
  readSecond(
    message: Uint8Array,
  ): { ok: true; payload: Uint8Array; hash: Uint8Array } | { ok: false; problem: NoiseProblem };
  split(): NoiseSplit;
  erase(): void;
}

/** The side that answers. */
export interface Responder {
  readFirst(
    message: Uint8Array,
  ): { ok: true; payload: Uint8Array; publicKey: Uint8Array } | { ok: false; problem: NoiseProblem };
  /** The payload may depend on h after the tokens e, ee. */
  writeSecond(
    payload: (hash: Uint8Array) => Uint8Array,
  ): { ok: true; message: Uint8Array } | { ok: false; problem: NoiseProblem };
  split(): NoiseSplit;
  erase(): void;
}

/** Begins a handshake. `psk` is 32 bytes and is not kept. */
export function createInitiator(prologue: Uint8Array, psk: Uint8Array, ephemeral: Uint8Array): Initiator {
  const state = new SymmetricState(prologue);
  state.mixKeyAndHash(psk);
  const publicKey = publicKeyOf(ephemeral);
  return {
    publicKey,
    writeFirst(payload) {
      state.mixEphemeral(publicKey);
      return concat(publicKey, state.encryptAndHash(payload));
    },
    readSecond(message) {
      if (message.length < NOISE_OVERHEAD_BYTES) return { ok: false, problem: 'malformed' };
      const theirs = message.subarray(0, 32);
      state.mixEphemeral(theirs);
      if (!state.mixAgreement(ephemeral, theirs)) return { ok: false, problem: 'low-order-key' };
      const hash = state.hash;
      const payload = state.decryptAndHash(message.subarray(32));
      return payload === null ? { ok: false, problem: 'not-authentic' } : { ok: true, payload, hash };
    },
    split: () => state.split(),
    erase() {
      erase(ephemeral);
      state.erase();
    },
  };
}

/** Answers a handshake. `psk` is 32 bytes and is not kept; `ephemeral` is 32 random bytes and is erased. */
export function createResponder(prologue: Uint8Array, psk: Uint8Array, ephemeral: Uint8Array): Responder {
  const state = new SymmetricState(prologue);
  state.mixKeyAndHash(psk);
  let theirs = new Uint8Array(0);
  return {
    readFirst(message) {
      if (message.length < NOISE_OVERHEAD_BYTES) return { ok: false, problem: 'malformed' };
      theirs = message.slice(0, 32);
      state.mixEphemeral(theirs);
      const payload = state.decryptAndHash(message.subarray(32));
      return payload === null ? { ok: false, problem: 'not-authentic' } : { ok: true, payload, publicKey: theirs };
    },
    writeSecond(payload) {
      const ours = publicKeyOf(ephemeral);
      state.mixEphemeral(ours);
      if (!state.mixAgreement(ephemeral, theirs)) return { ok: false, problem: 'low-order-key' };
      return { ok: true, message: concat(ours, state.encryptAndHash(payload(state.hash))) };
    },
    split: () => state.split(),
    erase() {
      erase(ephemeral);
      state.erase();
    },
  };
}

const PROTOCOL_NAME = 'Noise_NNpsk0_25519_ChaChaPoly_SHA256';
const NOTHING = new Uint8Array(0);

/** Noise rev 34 §5.2, with the functions of CipherState (§5.1) folded in. */
class SymmetricState {
  hash: Uint8Array;
  #chainingKey: Uint8Array;
  #key: Uint8Array = NOTHING;
  #nonce = 0n;

  constructor(prologue: Uint8Array) {
    this.hash = sha256(ascii(PROTOCOL_NAME)); // the name is longer than 32 bytes, so it is hashed
    this.#chainingKey = this.hash.slice();
    this.mixHash(prologue);
  }

  mixHash(data: Uint8Array): void {
    this.hash = sha256(concat(this.hash, data));
  }

  /** The token "e". With a psk in the handshake the public key is mixed into the key as well (§9.2). */
  mixEphemeral(publicKey: Uint8Array): void {
    this.mixHash(publicKey);
    this.#mixKey(publicKey);
  }

  /** The token "ee": false if the other side's key is refused. */
  mixAgreement(secretKey: Uint8Array, publicKey: Uint8Array): boolean {
    const shared = agree(secretKey, publicKey);
    if (shared === null) return false;
    this.#mixKey(shared);
    erase(shared);
    return true;
  }

  /** The token "psk". */
  mixKeyAndHash(psk: Uint8Array): void {
    const [chainingKey, hashInput, key] = this.#derive(psk, 3);
    this.#replaceKeys(chainingKey, key);
    this.mixHash(hashInput);
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = seal(this.#key, this.#nonce++, this.hash, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  decryptAndHash(ciphertext: Uint8Array): Uint8Array | null {
    const plaintext = open(this.#key, this.#nonce++, this.hash, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  split(): NoiseSplit {
    const [initiatorKey, responderKey] = this.#derive(NOTHING, 2);
    return { initiatorKey, responderKey, hash: this.hash };
  }

  erase(): void {
    erase(this.#chainingKey, this.#key);
  }

  #mixKey(ikm: Uint8Array): void {
    const [chainingKey, key] = this.#derive(ikm, 2);
    this.#replaceKeys(chainingKey, key);
  }

  #replaceKeys(chainingKey: Uint8Array, key: Uint8Array): void {
    this.erase();
    this.#chainingKey = chainingKey;
    this.#key = key;
    this.#nonce = 0n;
  }

  // Noise's HKDF (§4.3) is that of RFC 5869 with an empty info. The third output is used by the psk token only.
  #derive(ikm: Uint8Array, outputs: 2 | 3): [Uint8Array, Uint8Array, Uint8Array] {
    const prk = extract(this.#chainingKey, ikm);
    const okm = expand(prk, NOTHING, 32 * outputs);
    const parts: [Uint8Array, Uint8Array, Uint8Array] = [okm.slice(0, 32), okm.slice(32, 64), okm.slice(64)];
    erase(prk, okm);
    return parts;
  }
}
