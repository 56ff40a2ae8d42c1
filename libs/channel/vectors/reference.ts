// A second implementation of the cryptography in docs/protocol.md, written from its text on top of node:crypto (OpenSSL)
// and sharing no line with libs/. It makes the vectors, so that libs/ is checked against something it did not compute.
// Straight and without a single refusal: never use it for anything else.

import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  diffieHellman,
  sign,
} from 'node:crypto';

export const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
export const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Buffer =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();
export const text = (value: string): Buffer => Buffer.from(value, 'utf8');

export function int(value: number | bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');
}

// RFC 5869
const extract = (salt: Uint8Array, ikm: Uint8Array): Buffer => hmac(salt, ikm);
function expand(prk: Uint8Array, info: Uint8Array, length: number): Buffer {
  let block: Buffer = Buffer.alloc(0);
  let okm: Buffer = Buffer.alloc(0);
  for (let i = 1; okm.length < length; i++) {
    block = hmac(prk, block, info, Buffer.of(i));
    okm = Buffer.concat([okm, block]);
  }
  return okm.subarray(0, length);
}

// Raw keys in the DER envelopes that OpenSSL wants: RFC 8410 for the two curves, RFC 9935 for ML-KEM (seed form).
const secretKey = (der: string, raw: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([Buffer.from(der, 'hex'), raw]), format: 'der', type: 'pkcs8' });
const rawPublicKey = (der: string, raw: Uint8Array) =>
  createPublicKey(secretKey(der, raw)).export({ format: 'der', type: 'spki' });
const X25519 = '302e020100300506032b656e04220420';
const ED25519 = '302e020100300506032b657004220420';
const ML_KEM_768 = '3054020100300b060960864801650304040204428040';

export const x25519PublicKey = (secret: Uint8Array): Buffer => rawPublicKey(X25519, secret).subarray(-32);
export const x25519 = (ours: Uint8Array, theirs: Uint8Array): Buffer =>
  diffieHellman({
    privateKey: secretKey(X25519, ours),
    publicKey: createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), theirs]),
      format: 'der',
      type: 'spki',
    }),
  });
const ed25519PublicKey = (secret: Uint8Array): Buffer => rawPublicKey(ED25519, secret).subarray(-32);
const ed25519Sign = (message: Uint8Array, secret: Uint8Array): Buffer =>
  sign(null, message, secretKey(ED25519, secret));
export const kemPublicKey = (seed: Uint8Array): Buffer => rawPublicKey(ML_KEM_768, seed).subarray(-1184);
export const kemSecret = (ciphertext: Uint8Array, seed: Uint8Array): Buffer =>
  decapsulate(secretKey(ML_KEM_768, seed), ciphertext);

/** ChaCha20-Poly1305: ciphertext ‖ tag. */
function seal(key: Uint8Array, counter: bigint, associated: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64LE(counter, 4);
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  cipher.setAAD(associated, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function pad(head: Uint8Array, body: Uint8Array, sizes: number[]): Buffer {
  const content = Buffer.concat([head, int(body.length, 2), body]);
  const size = sizes.find((size) => size >= content.length) ?? content.length;
  return Buffer.concat([content, Buffer.alloc(size - content.length)]);
}

// §1
export function link(hostSecretKey: Buffer, secret: Buffer) {
  const hostPublicKey = ed25519PublicKey(hostSecretKey);
  const prk = extract(text('porchlight1 link'), secret);
  const derive = (label: string, length: number) =>
    expand(prk, Buffer.concat([text(`porchlight1 ${label}\0`), hostPublicKey]), length);
  const content = Buffer.concat([Buffer.of(1), hostPublicKey, secret]);
  return {
    hostPublicKey,
    prk,
    inviteId: derive('invite-id', 16),
    claimToken: derive('claim', 32),
    psk: derive('psk', 32),
    fragment: withChecksum(content).toString('base64url'),
  };
}
export const withChecksum = (content: Buffer): Buffer => Buffer.concat([content, sha256(content).subarray(0, 4)]);

/** Everything that a handshake depends on. The KEM ciphertext is an input, because OpenSSL draws its own coin. */
export interface HandshakeInput {
  mode: 'invite' | 'resume';
  epoch: number;
  inviteId: Buffer;
  hostSecretKey: Buffer;
  psk: Buffer;
  guestEphemeral: Buffer;
  kemSeed: Buffer;
  guestNonce: Buffer;
  hostEphemeral: Buffer;
  hostNonce: Buffer;
  kemCiphertext: Buffer;
}

export const prologue = (mode: 'invite' | 'resume', epoch: number, inviteId: Buffer, hostPublicKey: Buffer): Buffer =>
  Buffer.concat([text('porchlight1'), Buffer.of(1, mode === 'invite' ? 0 : 1), inviteId, hostPublicKey, int(epoch, 4)]);

// §3
export function handshake(input: HandshakeInput) {
  const hostPublicKey = ed25519PublicKey(input.hostSecretKey);
  const bound = prologue(input.mode, input.epoch, input.inviteId, hostPublicKey);

  let h: Buffer = sha256(text('Noise_NNpsk0_25519_ChaChaPoly_SHA256'));
  let ck: Buffer = h;
  let k: Buffer = Buffer.alloc(0);
  const mixHash = (data: Buffer) => (h = sha256(h, data));
  const mixKey = (ikm: Buffer) => {
    const okm = expand(extract(ck, ikm), Buffer.alloc(0), 64);
    [ck, k] = [okm.subarray(0, 32), okm.subarray(32)];
  };
  const encryptAndHash = (payload: Buffer) => {
    const ciphertext = seal(k, 0n, h, payload); // every key here seals one payload
    mixHash(ciphertext);
    return ciphertext;
  };
  mixHash(bound);

  // -> psk, e
  const pskOkm = expand(extract(ck, input.psk), Buffer.alloc(0), 96);
  ck = pskOkm.subarray(0, 32);
  mixHash(pskOkm.subarray(32, 64));
  const eG = x25519PublicKey(input.guestEphemeral);
  mixHash(eG);
  mixKey(eG);
  const kemKey = kemPublicKey(input.kemSeed);
  const commitment = sha256(text('porchlight1 sas-commit'), input.guestNonce, eG);
  const m1 = Buffer.concat([
    Buffer.of(1),
    int(input.epoch, 4),
    eG,
    encryptAndHash(Buffer.concat([kemKey, commitment])),
  ]);

  // <- e, ee
  const eH = x25519PublicKey(input.hostEphemeral);
  mixHash(eH);
  mixKey(eH);
  mixKey(x25519(input.hostEphemeral, eG));
  const signedHash = h;
  const answer = Buffer.concat([input.kemCiphertext, input.hostNonce]);
  const signature = ed25519Sign(
    Buffer.concat([text('porchlight1 host-signature\0'), signedHash, sha256(answer)]),
    input.hostSecretKey,
  );
  const m2 = Buffer.concat([Buffer.of(2), int(input.epoch, 4), eH, encryptAndHash(Buffer.concat([answer, signature]))]);

  const split = expand(extract(ck, Buffer.alloc(0)), Buffer.alloc(0), 64);
  const kemSharedSecret = kemSecret(input.kemCiphertext, input.kemSeed);
  const prkS = extract(h, Buffer.concat([split, kemSharedSecret]));
  const derive = (label: string) => expand(prkS, text(`porchlight1 ${label}\0`), 32);

  const sasKey = derive('sas');
  const sasPrk = extract(Buffer.concat([input.guestNonce, input.hostNonce]), sasKey);
  const sasBytes = expand(sasPrk, Buffer.concat([text('porchlight1 sas'), h]), 5);

  return {
    prologue: bound,
    guestPublicKey: eG,
    kemPublicKey: kemKey,
    commitment,
    m1,
    hostEphemeralPublicKey: eH,
    signedHash,
    signature,
    m2,
    finalHash: h,
    k1: split.subarray(0, 32),
    k2: split.subarray(32),
    kemSharedSecret,
    prkS,
    signalToHost: derive('signal g>h'),
    signalToGuest: derive('signal h>g'),
    root: derive('root'),
    resumePsk: derive('resume'),
    sasKey,
    sasBytes,
    sasDigits: (BigInt(`0x${sasBytes.toString('hex')}`) >> 10n).toString().padStart(10, '0'),
  };
}

/** Noise's first message around any public key, even one that nobody has the secret of. */
export function firstNoiseMessage(
  prologue: Uint8Array,
  psk: Buffer,
  publicKey: Uint8Array,
  payload: Uint8Array,
): Buffer {
  const name = sha256(text('Noise_NNpsk0_25519_ChaChaPoly_SHA256'));
  const okm = expand(extract(name, psk), Buffer.alloc(0), 96);
  const h = sha256(sha256(sha256(name, prologue), okm.subarray(32, 64)), publicKey);
  const key = expand(extract(okm.subarray(0, 32), publicKey), Buffer.alloc(0), 64).subarray(32);
  return Buffer.concat([publicKey, seal(key, 0n, h, payload)]);
}

/** One sealed box. `plaintext` replaces the padded body, for boxes that must be refused. */
export function box(key: Buffer, epoch: number, counter: bigint, body: Buffer, plaintext?: Buffer): Buffer {
  const head = Buffer.concat([Buffer.of(3), int(epoch, 4), int(counter, 8)]);
  const padded = plaintext ?? pad(Buffer.alloc(0), body, [512, 2048, 4096, 8064]);
  return Buffer.concat([head, seal(key, counter, head, padded)]);
}

// §4
export const chainKey = (root: Buffer, direction: 'g>h' | 'h>g', epoch: number, fp: Buffer): Buffer =>
  expand(root, Buffer.concat([text(`porchlight1 chat ${direction}\0`), int(epoch, 4), fp]), 32);
export const nextRoot = (root: Buffer, shared: Buffer, hostKey: Buffer, guestKey: Buffer, keyEpoch: number): Buffer =>
  extract(root, Buffer.concat([shared, sha256(hostKey, guestKey, int(keyEpoch, 2))]));

/** One frame under a message key. `plaintext` replaces the padded content, for frames that must be refused. */
export function frame(
  messageKey: Buffer,
  at: { keyEpoch: number; counter: bigint },
  content: { type: number; messageId: number; body: Buffer },
  plaintext?: Buffer,
): Buffer {
  const head = Buffer.concat([Buffer.of(1, 1), int(at.keyEpoch, 2), int(at.counter, 8)]);
  const contentHead = Buffer.concat([Buffer.of(content.type), int(content.messageId, 4)]);
  const padded = plaintext ?? pad(contentHead, content.body, [256, 1024, 4096, 16_356]);
  return Buffer.concat([head, seal(messageKey, at.counter, head, padded)]);
}
