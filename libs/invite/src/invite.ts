import { type Random, ascii, concat, erase } from './bytes.ts';
import { publicKeyOf } from './ed25519.ts';
import { expand, extract } from './hkdf.ts';

/** What a link carries: everything a guest needs to ask for the one seat. docs/protocol.md §1. */
export interface Invite {
  /** Ed25519 public key, 32 bytes, fresh for every invite, so that two links cannot be tied to one person. */
  readonly hostPublicKey: Uint8Array;
  /** 32 random bytes. Who has them can ask to come in. */
  readonly secret: Uint8Array;
}

/** An invite as its host holds it. */
export interface HostInvite extends Invite {
  /** Ed25519 secret key (RFC 8032 seed), 32 bytes. Never leaves the host's browser. */
  readonly hostSecretKey: Uint8Array;
  /** 32 random bytes that show the server who opened the invite. */
  readonly hostToken: Uint8Array;
}

/** What both sides derive from an invite. */
export interface DerivedInvite {
  /** 16 bytes: the invite's name on the server. */
  readonly inviteId: Uint8Array;
  /** 32 bytes: shown to the server to claim the seat. */
  readonly claimToken: Uint8Array;
  /** 32 bytes: the pre-shared key of the handshake. Secret from the server. */
  readonly psk: Uint8Array;
}

/** Makes a new invite from 96 random bytes. */
export function mintInvite(random: Random): HostInvite {
  const hostSecretKey = random(32);
  return { hostSecretKey, hostPublicKey: publicKeyOf(hostSecretKey), secret: random(32), hostToken: random(32) };
}

/** The id, claim token and pre-shared key of an invite. The server sees the first two; neither helps towards the third. docs/protocol.md §1. */
export function deriveInvite(invite: Invite): DerivedInvite {
  const prk = extract(ascii('porchlight1 link'), invite.secret);
  const derive = (label: string, length: number) =>
    expand(prk, concat(ascii(`porchlight1 ${label}\0`), invite.hostPublicKey), length);
  const derived = { inviteId: derive('invite-id', 16), claimToken: derive('claim', 32), psk: derive('psk', 32) };
  erase(prk);
  return derived;
}
