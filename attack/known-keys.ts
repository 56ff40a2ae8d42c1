import { type HostInvite, deriveInvite, extract, parseLink, publicKeyOf } from '@porchlight/invite';

import { encapsulate } from '../libs/channel/src/kem.ts';
import * as reference from '../libs/channel/vectors/reference.ts';
import { plain } from './forger.ts';
import type { Needle } from './heap.ts';
import { boxesSent } from './record.ts';

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

/** The link, what is in it, and what is derived from it and not meant for the server. Throws if it is none. */
export function linkNeedles(link: string): Needle[] {
  const parsed = parseLink(link);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { secret } = parsed.invite;
  return [
    { name: 'the link’s fragment', value: link.slice(link.indexOf('#') + 1) },
    { name: 'the secret', value: secret },
    { name: 'the psk', value: deriveInvite(parsed.invite).psk },
    { name: 'the prk', value: extract(Buffer.from('porchlight1 link'), secret) },
  ];
}

/** The handshake of epoch 0 that is in this record, from the draws of both pages. Throws if they do not make it, to the byte. */
export function handshakeIn(
  file: string,
  invite: HostInvite,
  draws: { readonly host: readonly Uint8Array[]; readonly guest: readonly Uint8Array[] },
): HandshakeKeys {
  const boxes = boxesSent(file);
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
    chainKeys.push({ name: `chain key ${n} of ${direction}`, value: key });
    messageKeys.push({ name: `message key ${n} of ${direction}`, value: reference.hmac(key, Buffer.of(1)) });
    key = reference.hmac(key, Buffer.of(2));
  }
  return { chainKeys, messageKeys };
}
