import { concat, equal } from './bytes.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { isHostKey } from './ed25519.ts';
import { sha256 } from './hkdf.ts';
import type { Invite } from './invite.ts';

/** Why a link opens nothing. */
export type LinkProblem = 'damaged' | 'newer-version';

/** A link read back: the invite, or what is wrong with it. */
export type ParsedLink =
  { readonly ok: true; readonly invite: Invite } | { readonly ok: false; readonly problem: LinkProblem };

const VERSION = 1;
const CHECKSUM_BYTES = 4;
/** Far more than any version will need with any web origin. */
const MAX_LINK_CHARACTERS = 4096;
const LINK_BYTES = 1 + 32 + 32 + CHECKSUM_BYTES;

/** The link of an invite on a web origin such as `https://porchlight.example`. docs/protocol.md §1. */
export function printLink(origin: string, invite: Invite): string {
  const content = concat(Uint8Array.of(VERSION), invite.hostPublicKey, invite.secret);
  return `${origin}/j#${toBase64url(concat(content, checksum(content)))}`;
}

/**
 * Reads a link, or only its fragment with or without the `#`. Every version, also a future one, begins with its version
 * byte and ends with the checksum of all before: so a link is `newer-version` only if it arrived whole, and anything
 * cut off, mistyped or with an impossible host key is `damaged`. docs/protocol.md §1.
 */
export function parseLink(text: string): ParsedLink {
  if (text.length > MAX_LINK_CHARACTERS) return problem('damaged');
  const bytes = fromBase64url(text.slice(text.indexOf('#') + 1));
  if (bytes === null || bytes.length <= CHECKSUM_BYTES) return problem('damaged');

  const content = bytes.subarray(0, -CHECKSUM_BYTES);
  if (!equal(checksum(content), bytes.subarray(-CHECKSUM_BYTES))) return problem('damaged');

  const version = content[0] ?? 0;
  if (version > VERSION) return problem('newer-version');

  const hostPublicKey = content.slice(1, 33);
  if (version < VERSION || bytes.length !== LINK_BYTES || !isHostKey(hostPublicKey)) return problem('damaged');
  return { ok: true, invite: { hostPublicKey, secret: content.slice(33) } };
}

function checksum(content: Uint8Array): Uint8Array {
  return sha256(content).subarray(0, CHECKSUM_BYTES);
}

function problem(problem: LinkProblem): ParsedLink {
  return { ok: false, problem };
}
