// Rewrites the test vectors and the part of docs/protocol.md that prints them:   npx node libs/channel/vectors/generate.ts
// Everything is fixed, so two runs write the same bytes; a test fails when files and generator disagree.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';

import { EMOJI } from '../src/sas.ts';
import * as reference from './reference.ts';

const { int, text } = reference;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Bytes that are easy to recognise: SHA-256 of the name, and for more than 32 bytes of name ‖ 0x01, … */
function fixed(name: string, length = 32): Buffer {
  const blocks = [0, 1].map((i) => reference.sha256(text(name), Buffer.alloc(i, i)));
  return Buffer.concat(blocks).subarray(0, length);
}

/** What every file holds, by its path from the repository's root. */
export function vectors() {
  const hostSecretKey = fixed('host secret key');
  const secret = fixed('link secret');
  const invite = reference.link(hostSecretKey, secret);

  const admitted = handshakeVector({ mode: 'invite', epoch: 0, invite, hostSecretKey, psk: invite.psk });
  const resumed = handshakeVector({ mode: 'resume', epoch: 1, invite, hostSecretKey, psk: admitted.result.resumePsk });

  return {
    'libs/invite/vectors/invite.json': inviteVector(hostSecretKey, secret, invite),
    'libs/channel/vectors/handshake.json': { handshakes: [admitted.vector, resumed.vector] },
    'libs/channel/vectors/boxes.json': boxVectors(admitted.result.signalToHost, 0),
    'libs/channel/vectors/frames.json': frameVectors(admitted.result.root, 0),
  };
}
type Vectors = ReturnType<typeof vectors>;

function inviteVector(hostSecretKey: Buffer, secret: Buffer, invite: ReturnType<typeof reference.link>) {
  const content = Buffer.concat([Buffer.of(1), invite.hostPublicKey, secret]);
  const withByte = (at: number, value: number) => {
    const changed = Buffer.from(content);
    changed[at] = value;
    return changed;
  };
  const withHostKey = (key: string) => Buffer.concat([Buffer.of(1), Buffer.from(key, 'hex'), secret]);
  const refused = (what: string, fragment: string, problem: 'damaged' | 'newer-version') => ({
    what,
    fragment,
    problem,
  });
  const whole = (bytes: Buffer) => reference.withChecksum(bytes).toString('base64url');
  const { fragment } = invite;

  return {
    hostSecretKey: hex(hostSecretKey),
    hostPublicKey: hex(invite.hostPublicKey),
    secret: hex(secret),
    prk: hex(invite.prk),
    inviteId: hex(invite.inviteId),
    claimToken: hex(invite.claimToken),
    psk: hex(invite.psk),
    link: `https://porchlight.example/j#${fragment}`,
    refused: [
      refused('nothing', '', 'damaged'),
      refused('last character missing', fragment.slice(0, -1), 'damaged'),
      refused('last byte missing', fragment.slice(0, -2), 'damaged'),
      refused(
        'one character changed',
        `${fragment.slice(0, 40)}${fragment[40] === 'A' ? 'B' : 'A'}${fragment.slice(41)}`,
        'damaged',
      ),
      refused('padding', `${fragment}====`, 'damaged'),
      refused('a space at the end', `${fragment} `, 'damaged'),
      refused('the other base64 alphabet', `+${fragment.slice(1)}`, 'damaged'),
      refused('checksum of something else', Buffer.concat([content, Buffer.alloc(4)]).toString('base64url'), 'damaged'),
      refused('version 0', whole(withByte(0, 0)), 'damaged'),
      refused(
        'version byte changed on the way',
        Buffer.concat([withByte(0, 2), reference.withChecksum(content).subarray(65)]).toString('base64url'),
        'damaged',
      ),
      refused('one byte too many', whole(Buffer.concat([content, Buffer.of(0)])), 'damaged'),
      refused('non-zero trailing bits', 'AR', 'damaged'),
      refused(
        'host key of small order',
        whole(withHostKey('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')),
        'damaged',
      ),
      refused('host key is the neutral point', whole(withHostKey(`01${'00'.repeat(31)}`)), 'damaged'),
      refused(
        'host key not canonical (y = p + 1)',
        whole(withHostKey('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')),
        'damaged',
      ),
      refused('host key not on the curve', whole(withHostKey(`02${'00'.repeat(31)}`)), 'damaged'),
      refused('version 2, whole', whole(withByte(0, 2)), 'newer-version'),
      refused(
        'version 2, longer',
        whole(Buffer.concat([Buffer.of(2), fixed('later', 64), fixed('more')])),
        'newer-version',
      ),
    ],
  };
}

function handshakeVector(input: {
  mode: 'invite' | 'resume';
  epoch: number;
  invite: ReturnType<typeof reference.link>;
  hostSecretKey: Buffer;
  psk: Buffer;
}) {
  const { mode, epoch, hostSecretKey, psk } = input;
  const { inviteId, hostPublicKey } = input.invite;
  const draws = {
    guestEphemeral: fixed(`guest ephemeral ${epoch}`),
    kemSeed: fixed(`kem seed ${epoch}`, 64),
    guestNonce: fixed(`guest nonce ${epoch}`),
    hostEphemeral: fixed(`host ephemeral ${epoch}`),
    kemCoin: fixed(`kem coin ${epoch}`),
    hostNonce: fixed(`host nonce ${epoch}`),
  };
  // The only value that OpenSSL cannot make from a given coin; it still opens it, so both libraries agree on the secret.
  const kemCiphertext = Buffer.from(
    ml_kem768.encapsulate(reference.kemPublicKey(draws.kemSeed), draws.kemCoin).cipherText,
  );
  const result = reference.handshake({ mode, epoch, inviteId, hostSecretKey, psk, ...draws, kemCiphertext });
  const value = Number(result.sasDigits);
  const vector = {
    mode,
    epoch,
    inviteId: hex(inviteId),
    hostSecretKey: hex(hostSecretKey),
    hostPublicKey: hex(hostPublicKey),
    psk: hex(psk),
    ...hexAll(draws),
    ...hexAll({ ...result, sasDigits: Buffer.alloc(0) }),
    kemCiphertext: hex(kemCiphertext),
    sasDigits: result.sasDigits,
    sasEmoji: [24, 18, 12, 6, 0].map((shift) => EMOJI[(value >>> shift) & 63]?.name).join(', '),
  };
  return { vector, result };
}

function boxVectors(key: Buffer, epoch: number) {
  const opened = [
    [0n, text('[]')],
    [1n, text('[{"type":"candidates","candidates":["…"]}]')],
    [2n, fixed('a body').subarray(0, 0)],
    [3n, Buffer.alloc(511, 'a')],
    [4n, Buffer.alloc(8062, 'z')],
  ] as const;
  const refused = (what: string, box: Buffer, problem: string) => ({ what, box: hex(box), problem });
  const plain = (body: string, length: number) => {
    const padded = Buffer.alloc(512);
    padded.writeUInt16BE(length);
    padded.write(body, 2);
    return padded;
  };
  const first = reference.box(key, epoch, 0n, text('[]'));
  return {
    key: hex(key),
    epoch,
    boxes: opened.map(([counter, body]) => ({
      counter: Number(counter),
      body: hex(body),
      box: hex(reference.box(key, epoch, counter, body)),
    })),
    refused: [
      refused('a first message', Buffer.concat([Buffer.of(1), first.subarray(1)]), 'malformed'),
      refused('of an unknown kind', Buffer.concat([Buffer.of(4), first.subarray(1)]), 'malformed'),
      refused('cut short', first.subarray(0, -1), 'malformed'),
      refused('of the next epoch', reference.box(key, epoch + 1, 0n, text('[]')), 'wrong-epoch'),
      refused('one too far', reference.box(key, epoch, 1n, text('[]')), 'counter'),
      refused(
        'at the reserved counter',
        Buffer.concat([int(3, 1), int(epoch, 4), int(2n ** 64n - 1n, 8), first.subarray(13)]),
        'counter',
      ),
      refused('under another key', reference.box(fixed('another key'), epoch, 0n, text('[]')), 'not-authentic'),
      refused(
        'with a padding byte that is not zero',
        reference.box(key, epoch, 0n, text(''), plain('[]!', 2)),
        'padding',
      ),
      refused('longer inside than it is', reference.box(key, epoch, 0n, text(''), plain('[]', 511)), 'padding'),
    ],
  };
}

function frameVectors(root: Buffer, epoch: number) {
  const hostFingerprint = fixed('host certificate');
  const guestFingerprint = fixed('guest certificate');
  const fp = reference.sha256(hostFingerprint, guestFingerprint);
  const hostSecret = fixed('host rekey secret');
  const guestSecret = fixed('guest rekey secret');
  const hostKey = reference.x25519PublicKey(hostSecret);
  const guestKey = reference.x25519PublicKey(guestSecret);
  const shared = reference.x25519(hostSecret, guestKey);
  const roots = [root, reference.nextRoot(root, shared, hostKey, guestKey, 1)];

  /** The message key of one place in the conversation, walked to from the beginning of its chain. */
  const keysAt = (direction: 'g>h' | 'h>g', keyEpoch: number, counter: number) => {
    let chainKey = reference.chainKey(roots[keyEpoch] ?? root, direction, epoch, fp);
    for (let i = 0; i < counter; i++) chainKey = reference.hmac(chainKey, Buffer.of(2));
    return { chainKey, messageKey: reference.hmac(chainKey, Buffer.of(1)) };
  };
  const step = (
    direction: 'g>h' | 'h>g',
    keyEpoch: number,
    counter: number,
    what: string,
    content: { type: number; messageId: number; body: Buffer },
  ) => {
    const { chainKey, messageKey } = keysAt(direction, keyEpoch, counter);
    const { type, messageId, body } = content;
    return {
      what,
      direction,
      keyEpoch,
      counter,
      chainKey: hex(chainKey),
      messageKey: hex(messageKey),
      type,
      messageId,
      body: hex(body),
      frame: hex(reference.frame(messageKey, { keyEpoch, counter: BigInt(counter) }, content)),
    };
  };
  const hello = { type: 1, messageId: 1, body: text('Hello, and welcome 👋') };
  const first = keysAt('h>g', 0, 0).messageKey;
  const at = { keyEpoch: 0, counter: 0n };
  const good = reference.frame(first, at, hello);
  const withByte = (index: number, value: number) => {
    const changed = Buffer.from(good);
    changed[index] = value;
    return changed;
  };
  const plain = (type: number, length: number, body: string) => {
    const padded = Buffer.alloc(256);
    padded.writeUInt8(type);
    padded.writeUInt16BE(length, 5);
    padded.write(body, 7);
    return padded;
  };
  const refused = (what: string, frame: Buffer, problem: string) => ({ what, frame: hex(frame), problem });

  return {
    epoch,
    root: hex(root),
    hostFingerprint: hex(hostFingerprint),
    guestFingerprint: hex(guestFingerprint),
    fp: hex(fp),
    hostRekeySecret: hex(hostSecret),
    hostRekeyKey: hex(hostKey),
    guestRekeySecret: hex(guestSecret),
    guestRekeyKey: hex(guestKey),
    rekeyShared: hex(shared),
    nextRoot: hex(roots[1] ?? root),
    steps: [
      step('h>g', 0, 0, 'the host says something', hello),
      step('g>h', 0, 0, 'the guest acknowledges it', { type: 2, messageId: 1, body: Buffer.alloc(0) }),
      step('g>h', 0, 1, 'the guest answers', { type: 1, messageId: 1, body: text('שלום') }),
      step('h>g', 0, 1, 'the host offers fresh keys', { type: 3, messageId: 0, body: hostKey }),
      step('h>g', 0, 2, 'the host goes on in the old key-epoch', { type: 7, messageId: 0, body: Buffer.alloc(0) }),
      step('g>h', 0, 2, 'the guest answers the offer', { type: 4, messageId: 0, body: guestKey }),
      step('g>h', 1, 0, 'the guest goes on in the new key-epoch', {
        type: 1,
        messageId: 2,
        body: Buffer.alloc(300, 'x'),
      }),
      step('h>g', 1, 0, 'the host follows', { type: 2, messageId: 2, body: Buffer.alloc(0) }),
    ],
    refused: [
      refused('an empty frame', Buffer.alloc(0), 'size'),
      refused('a frame of another size', good.subarray(0, -1), 'size'),
      refused('a later version', withByte(0, 2), 'version'),
      refused('an unknown kind', withByte(1, 2), 'kind'),
      refused('a jump of the key-epoch', withByte(3, 1), 'key-epoch'),
      refused('the reserved key-epoch', Buffer.concat([Buffer.of(1, 1, 255, 255), good.subarray(4)]), 'key-epoch'),
      refused('a gap', withByte(11, 1), 'counter'),
      refused(
        'the reserved counter',
        Buffer.concat([good.subarray(0, 4), Buffer.alloc(8, 255), good.subarray(12)]),
        'counter',
      ),
      refused('a changed tag', withByte(good.length - 1, (good.at(-1) ?? 0) ^ 1), 'not-authentic'),
      refused('a padding byte that is not zero', reference.frame(first, at, hello, plain(1, 1, 'ab')), 'padding'),
      refused('a length beyond the frame', reference.frame(first, at, hello, plain(1, 250, '')), 'padding'),
      refused('type 0', reference.frame(first, at, { ...hello, type: 0 }), 'unknown-type'),
      refused('type 127', reference.frame(first, at, { ...hello, type: 127 }), 'unknown-type'),
      refused(
        'an answer without an offer',
        reference.frame(first, at, { ...hello, type: 4, body: hostKey }),
        'bad-rekey',
      ),
      refused(
        'an offer of 31 bytes',
        reference.frame(first, at, { ...hello, type: 3, body: hostKey.subarray(1) }),
        'bad-rekey',
      ),
      refused(
        'an offer of low order',
        reference.frame(first, at, { ...hello, type: 3, body: Buffer.alloc(32) }),
        'bad-rekey',
      ),
    ],
  };
}

function hexAll<T extends Record<string, Uint8Array>>(values: T): { [K in keyof T]: string } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hex(value)])) as {
    [K in keyof T]: string;
  };
}

/** The vectors as docs/protocol.md prints them. */
export function render(all: Vectors): string {
  const block = (values: [string, string][]) =>
    ['```text', ...values.map(([name, value]) => `${name.padEnd(24)} ${wrap(value)}`), '```'].join('\n');
  const strings = (vector: Record<string, unknown>) =>
    Object.entries(vector).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value) || '(empty)']] : [],
    );
  const invite = all['libs/invite/vectors/invite.json'];
  const [admitted, resumed] = all['libs/channel/vectors/handshake.json'].handshakes;
  const boxes = all['libs/channel/vectors/boxes.json'];
  const frames = all['libs/channel/vectors/frames.json'];
  const refusals = (list: { what: string; problem: string }[]) =>
    list.map(({ what, problem }) => `- ${what}: \`${problem}\``).join('\n');

  return [
    '### The 64 symbols',
    EMOJI.map(({ symbol, name }, i) => `${i} ${symbol} ${name}`).join(' · '),
    '### Link (libs/invite/vectors/invite.json)',
    block(strings(invite)),
    'Refused:',
    refusals(invite.refused),
    '### Handshake in invite mode (libs/channel/vectors/handshake.json)',
    block(strings(admitted ?? {})),
    '### Handshake in resume mode, epoch 1',
    block(strings(resumed ?? {})),
    '### Sealed boxes from the guest (libs/channel/vectors/boxes.json)',
    block(strings(boxes)),
    block(
      boxes.boxes
        .slice(0, 2)
        .flatMap((box): [string, string][] => strings(box).map(([name, value]) => [`${box.counter} ${name}`, value])),
    ),
    'The file has longer ones. Refused:',
    refusals(boxes.refused),
    '### Frames and rekey (libs/channel/vectors/frames.json)',
    block(strings(frames)),
    ...frames.steps.flatMap(({ what, ...step }) => [`${what}:`, block(strings(step))]),
    'Refused:',
    refusals(frames.refused),
  ].join('\n\n');
}

const WRAP = 96;
function wrap(value: string): string {
  const lines = value.length > WRAP && /^[0-9a-f]+$/.test(value) ? (value.match(/.{1,96}/g) ?? []) : [value];
  return lines.join(`\n${' '.repeat(25)}`);
}

export const DOCUMENT = 'docs/protocol.md';
export const BEGIN = '<!-- vectors: written by libs/channel/vectors/generate.ts, do not edit -->';
export const END = '<!-- end of vectors -->';
export const ROOT = new URL('../../../', import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = vectors();
  for (const [path, content] of Object.entries(all)) {
    writeFileSync(new URL(path, ROOT), `${JSON.stringify(content, null, 2)}\n`);
  }
  const document = readFileSync(new URL(DOCUMENT, ROOT), 'utf8');
  const before = document.slice(0, document.indexOf(BEGIN));
  const after = document.slice(document.indexOf(END));
  writeFileSync(new URL(DOCUMENT, ROOT), `${before}${BEGIN}\n\n${render(all)}\n\n${after}`);
}
