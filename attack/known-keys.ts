import { readFileSync } from 'node:fs';

import { type HostInvite, deriveInvite, extract, fromBase64url, publicKeyOf } from '@porchlight/invite';

import { encapsulate } from '../libs/channel/src/kem.ts';
import * as reference from '../libs/channel/vectors/reference.ts';
import { plain } from './forger.ts';
import type { Needle } from './heap.ts';

// Every key of a chat, computed again by the second implementation from what both pages drew and what went over the relay.

/** Keys by name, as they were in one handshake. */
export type HandshakeKeys = ReturnType<typeof reference.handshake> & {
  readonly hostEphemeral: Buffer;
  readonly hostNonce: Buffer;
  readonly agreed: Buffer;
  readonly coin: Buffer;
};

/** The invite whose link this is, among the draws of the page that minted it. */
export function mintedBy(draws: readonly Uint8Array[], secret: Uint8Array): HostInvite {
  const at = draws.findIndex((draw) => Buffer.compare(draw, secret) === 0);
  const [hostSecretKey, hostToken] = [draws[at - 1], draws[at + 1]];
  if (hostSecretKey === undefined || hostToken === undefined) throw new Error('the page drew no such invite');
  return { hostSecretKey, hostPublicKey: publicKeyOf(hostSecretKey), secret, hostToken };
}

/** What only the link gives: needles for it, in every form a page has it. */
export function linkNeedles(invite: HostInvite, link: string): Needle[] {
  const { psk, claimToken } = deriveInvite(invite);
  return [
    { name: 'the link’s fragment', bytes: Buffer.from(link.slice(link.indexOf('#') + 1)) },
    { name: 'the secret', bytes: invite.secret },
    { name: 'the psk', bytes: psk },
    { name: 'the prk', bytes: extract(Buffer.from('porchlight1 link'), invite.secret) },
    { name: 'the claim token', bytes: claimToken },
  ];
}

/** The handshake of epoch 0 that is in this record, from the draws of both pages. Throws if they do not make it, to the byte. */
export function handshakeIn(
  file: string,
  invite: HostInvite,
  draws: { readonly host: readonly Uint8Array[]; readonly guest: readonly Uint8Array[] },
): HandshakeKeys {
  const boxes = boxesIn(file);
  const m1 = boxes.find((box) => box[0] === 1) ?? new Uint8Array(0);
  const m2 = boxes.find((box) => box[0] === 2) ?? new Uint8Array(0);
  const startsWith = (box: Uint8Array, secret: Uint8Array | undefined): boolean =>
    secret?.length === 32 && reference.x25519PublicKey(secret).equals(box.subarray(5, 37));
  const g = draws.guest.findIndex((draw) => startsWith(m1, draw));
  const h = draws.host.findIndex((draw) => startsWith(m2, draw));
  const of = (list: readonly Uint8Array[], at: number): Buffer => Buffer.from(list[at] ?? new Uint8Array(0));
  const kemSeed = of(draws.guest, g + 1);
  const coin = of(draws.host, h + 1);
  const kem = encapsulate(plain(reference.kemPublicKey(kemSeed)), plain(coin));
  if (kem === null) throw new Error('the pages did not draw this handshake');
  const { inviteId, psk } = deriveInvite(invite);
  const input = {
    mode: 'invite',
    epoch: 0,
    inviteId: Buffer.from(inviteId),
    hostSecretKey: Buffer.from(invite.hostSecretKey),
    psk: Buffer.from(psk),
    guestEphemeral: of(draws.guest, g),
    kemSeed,
    guestNonce: of(draws.guest, g + 2),
    hostEphemeral: of(draws.host, h),
    hostNonce: of(draws.host, h + 2),
    kemCiphertext: Buffer.from(kem.ciphertext),
  } as const;
  const keys = reference.handshake(input);
  if (!keys.m1.equals(m1) || !keys.m2.equals(m2)) throw new Error('these are not the keys of the recorded handshake');
  const { hostEphemeral, hostNonce } = input;
  return { ...keys, hostEphemeral, hostNonce, coin, agreed: reference.x25519(hostEphemeral, keys.guestPublicKey) };
}

/** The chain keys and message keys of one direction under one root, `count` of each. */
export function chainOf(
  root: Buffer,
  direction: 'g>h' | 'h>g',
  fingerprints: { host: Buffer; guest: Buffer },
  count: number,
): { chainKeys: Needle[]; messageKeys: Needle[] } {
  const [chainKeys, messageKeys]: [Needle[], Needle[]] = [[], []];
  let key = reference.chainKey(root, direction, 0, reference.sha256(fingerprints.host, fingerprints.guest));
  for (let n = 0; n < count; n++) {
    chainKeys.push({ name: `chain key ${n} of ${direction}`, bytes: key });
    messageKeys.push({ name: `message key ${n} of ${direction}`, bytes: reference.hmac(key, Buffer.of(1)) });
    key = reference.hmac(key, Buffer.of(2));
  }
  return { chainKeys, messageKeys };
}

function boxesIn(file: string): Uint8Array[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => [...line.matchAll(/"direction":"in".*"box":"([\w-]+)"/g)])
    .map(([, box = '']) => fromBase64url(box) ?? new Uint8Array(0));
}
