import { ascii, concat, erase, expand, extract, hmac, sha256, u16, u32 } from '@porchlight/invite';

/** Guest to host, or host to guest. */
export type Direction = 'g>h' | 'h>g';

/** The keys of one direction in one key-epoch. Mutable on purpose: the old key is overwritten, not left to the collector. */
export interface Chain {
  readonly keyEpoch: number;
  counter: bigint;
  readonly key: Uint8Array;
}

/** CK(direction, 0) of one key-epoch. `fingerprints` is SHA-256(host's ‖ guest's). docs/protocol.md §4. */
export function beginChain(
  root: Uint8Array,
  direction: Direction,
  at: {
    readonly epoch: number;
    readonly keyEpoch: number;
    readonly fingerprints: Uint8Array;
    readonly counter: bigint;
  },
): Chain {
  const info = concat(ascii(`porchlight1 chat ${direction}\0`), u32(at.epoch), at.fingerprints);
  return { keyEpoch: at.keyEpoch, counter: at.counter, key: expand(root, info, 32) };
}

/** The key for the frame at `chain.counter`, used once and then erased by the caller. The chain moves on and cannot go back. */
export function nextMessageKey(chain: Chain): Uint8Array {
  const messageKey = hmac(chain.key, Uint8Array.of(0x01));
  const nextChainKey = hmac(chain.key, Uint8Array.of(0x02));
  chain.key.set(nextChainKey);
  erase(nextChainKey);
  chain.counter++;
  return messageKey;
}

/** The root of the next key-epoch, from fresh X25519 keys on both sides. docs/protocol.md §4. */
export function nextRoot(
  root: Uint8Array,
  shared: Uint8Array,
  publicKeys: { readonly host: Uint8Array; readonly guest: Uint8Array },
  keyEpoch: number,
): Uint8Array {
  const ikm = concat(shared, sha256(concat(publicKeys.host, publicKeys.guest, u16(keyEpoch))));
  const next = extract(root, ikm);
  erase(ikm);
  return next;
}
