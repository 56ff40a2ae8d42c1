import { type Random, ascii, concat, erase, sha256, sign, u32, verify } from '@porchlight/invite';

import { BOX_HEAD_BYTES, boxHead, epochOf, kindOf } from './box.ts';
import {
  KEM_CIPHERTEXT_BYTES,
  KEM_COIN_BYTES,
  KEM_PUBLIC_KEY_BYTES,
  KEM_SEED_BYTES,
  decapsulate,
  encapsulate,
  kemKeyPair,
} from './kem.ts';
import { NOISE_OVERHEAD_BYTES, type NoiseProblem, createInitiator, createResponder } from './noise.ts';
import { commitTo } from './sas.ts';
import { type Session, createSession } from './session.ts';

/**
 * Why a handshake message was refused; after any of them that handshake is over.
 * `malformed`: not a message of this kind. `wrong-epoch`: of another attempt. `not-authentic`: made with another psk,
 * mode, invite or epoch, or changed on the way. `low-order-key`, `bad-kem-key`: keys that no fair peer sends.
 * `forged`: whoever answered is not the host of the link. `closed`: this handshake is over already.
 */
export type HandshakeProblem = NoiseProblem | 'wrong-epoch' | 'bad-kem-key' | 'forged' | 'closed';

/** What both sides agree on before they speak. Every part of it is bound into the handshake. */
export interface HandshakeTerms {
  /** 32 bytes, from the link. */
  readonly hostPublicKey: Uint8Array;
  /** 16 bytes. */
  readonly inviteId: Uint8Array;
  /** 32 bytes: from the link, or the resume psk of an earlier epoch. Used at once and not kept. */
  readonly psk: Uint8Array;
  readonly mode: 'invite' | 'resume';
  /** 0 in invite mode, 1, 2, … (u32) in resume mode. */
  readonly epoch: number;
  readonly random: Random;
}

/** The guest's handshake between its message and the host's. */
export interface GuestHandshake {
  /** The box that begins the handshake. */
  readonly m1: Uint8Array;
  /** Reads the host's answer, once. Never throws. */
  finish(m2: Uint8Array): { ok: true; session: Session } | { ok: false; problem: HandshakeProblem };
  /** Gives up: overwrites the secrets. */
  erase(): void;
}

const NONCE_BYTES = 32;
const SIGNATURE_BYTES = 64;
const M1_BYTES = BOX_HEAD_BYTES + NOISE_OVERHEAD_BYTES + KEM_PUBLIC_KEY_BYTES + 32;
const M2_BYTES = BOX_HEAD_BYTES + NOISE_OVERHEAD_BYTES + KEM_CIPHERTEXT_BYTES + NONCE_BYTES + SIGNATURE_BYTES;

/** Begins a handshake as the guest. Throws RangeError on terms that cannot be. docs/protocol.md §3. */
export function beginHandshake(terms: HandshakeTerms): GuestHandshake {
  const { hostPublicKey, epoch, random } = terms; // and not psk: it is used at once and not held
  const prologue = prologueOf(terms);
  const ephemeral = random(32);
  const kemSeed = random(KEM_SEED_BYTES);
  const nonce = random(NONCE_BYTES);

  const noise = createInitiator(prologue, terms.psk, ephemeral);
  const kem = kemKeyPair(kemSeed);
  erase(kemSeed);
  const payload = concat(kem.publicKey, commitTo(nonce, noise.publicKey));
  const m1 = concat(boxHead('m1', epoch), noise.writeFirst(payload));

  let finished = false;
  const end = () => {
    finished = true;
    noise.erase();
    erase(kem.secretKey);
  };
  const refuse = (problem: HandshakeProblem) => {
    end();
    erase(nonce);
    return { ok: false, problem } as const;
  };

  return {
    m1,
    finish(m2) {
      if (finished) return { ok: false, problem: 'closed' };
      if (kindOf(m2) !== 'm2' || m2.length !== M2_BYTES) return refuse('malformed');
      if (epochOf(m2) !== epoch) return refuse('wrong-epoch');

      const second = noise.readSecond(m2.subarray(BOX_HEAD_BYTES));
      if (!second.ok) return refuse(second.problem);

      const answer = second.payload.slice(0, KEM_CIPHERTEXT_BYTES + NONCE_BYTES);
      const signature = second.payload.subarray(answer.length);
      if (!verify(signature, signedBytes(second.hash, answer), hostPublicKey)) return refuse('forged');

      const session = createSession({
        epoch,
        split: noise.split(),
        kemSecret: decapsulate(answer.subarray(0, KEM_CIPHERTEXT_BYTES), kem.secretKey),
        hostNonce: answer.slice(KEM_CIPHERTEXT_BYTES),
        guest: { role: 'guest', nonce },
        random,
      });
      end();
      return { ok: true, session };
    },
    erase() {
      if (finished) return; // the nonce belongs to the session now
      end();
      erase(nonce);
    },
  };
}

/**
 * Answers a guest's first message as the host. With `ok` the session exists, but the guest is not confirmed yet: it is
 * once the first box opens and `openCommitment` is true. Never throws on a message, RangeError on terms that cannot be.
 */
export function answerHandshake(
  terms: HandshakeTerms & { readonly hostSecretKey: Uint8Array },
  m1: Uint8Array,
): { ok: true; m2: Uint8Array; session: Session } | { ok: false; problem: HandshakeProblem } {
  const prologue = prologueOf(terms);
  if (kindOf(m1) !== 'm1' || m1.length !== M1_BYTES) return { ok: false, problem: 'malformed' };
  if (epochOf(m1) !== terms.epoch) return { ok: false, problem: 'wrong-epoch' };

  const noise = createResponder(prologue, terms.psk, terms.random(32));
  const refuse = (problem: HandshakeProblem) => {
    noise.erase();
    return { ok: false, problem } as const;
  };
  const first = noise.readFirst(m1.subarray(BOX_HEAD_BYTES));
  if (!first.ok) return refuse(first.problem);

  const coin = terms.random(KEM_COIN_BYTES);
  const kem = encapsulate(first.payload.subarray(0, KEM_PUBLIC_KEY_BYTES), coin);
  erase(coin);
  if (kem === null) return refuse('bad-kem-key');

  const hostNonce = terms.random(NONCE_BYTES);
  const answer = concat(kem.ciphertext, hostNonce);
  const second = noise.writeSecond((hash) => concat(answer, sign(signedBytes(hash, answer), terms.hostSecretKey)));
  if (!second.ok) {
    erase(kem.sharedSecret, hostNonce);
    return refuse(second.problem);
  }

  const session = createSession({
    epoch: terms.epoch,
    split: noise.split(),
    kemSecret: kem.sharedSecret,
    hostNonce,
    guest: { role: 'host', commitment: first.payload.slice(KEM_PUBLIC_KEY_BYTES), ephemeral: first.publicKey },
    random: terms.random,
  });
  noise.erase();
  return { ok: true, m2: concat(boxHead('m2', terms.epoch), second.message), session };
}

const SUITE = 0x01;

function prologueOf({ hostPublicKey, inviteId, psk, mode, epoch }: HandshakeTerms): Uint8Array {
  if (hostPublicKey.length !== 32 || inviteId.length !== 16 || psk.length !== 32) throw new RangeError('wrong length');
  if ((mode === 'invite') !== (epoch === 0)) throw new RangeError('epoch 0 belongs to the invite, and only to it');
  const modeByte = mode === 'invite' ? 0x00 : 0x01;
  return concat(ascii('porchlight1'), Uint8Array.of(SUITE, modeByte), inviteId, hostPublicKey, u32(epoch));
}

/** What the host signs: h after the tokens e, ee, and the rest of its answer. */
function signedBytes(hash: Uint8Array, answer: Uint8Array): Uint8Array {
  return concat(ascii('porchlight1 host-signature\0'), hash, sha256(answer));
}
