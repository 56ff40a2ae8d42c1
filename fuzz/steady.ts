import { type Random, ascii, deriveInvite, expand, mintInvite, sha256 } from '@porchlight/invite';

/** Randomness that is the same in every run, so that a seed finds the same input again. Another `label`, other bytes. */
export function steady(label: string): Random {
  let drawn = 0;
  return (length) => expand(sha256(ascii(`${label} ${drawn++}`)), new Uint8Array(0), length);
}

/** The one invite that all targets share, as its host holds it, and what both sides derive from it. */
export const host = mintInvite(steady('host'));
export const invite = deriveInvite(host);
