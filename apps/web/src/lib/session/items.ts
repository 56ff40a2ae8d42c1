import * as v from 'valibot';

import { MAX_CANDIDATE_CHARACTERS, MAX_CANDIDATES } from '../transport/candidate.ts';
import { descriptionSchema } from '../transport/description.ts';

/** The peer's name before it is cleaned; a cleaned one is far shorter. */
const MAX_WIRE_NAME = 256;

const nonce = v.pipe(v.string(), v.length(43), v.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/));
const nickname = v.pipe(v.string(), v.maxLength(MAX_WIRE_NAME));

/** What a sealed box can carry; several things ride in one. docs/protocol.md §3 */
const itemSchema = v.variant('type', [
  v.strictObject({ type: v.literal('knock'), nonce, nickname }),
  v.strictObject({ type: v.literal('resume'), nonce }),
  v.strictObject({ type: v.literal('admitted'), nickname }),
  v.strictObject({ type: v.literal('declined') }),
  descriptionSchema,
  v.strictObject({
    type: v.literal('candidates'),
    candidates: v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(MAX_CANDIDATE_CHARACTERS))),
      v.minLength(1),
      v.maxLength(MAX_CANDIDATES),
    ),
  }),
  v.strictObject({ type: v.literal('ended') }),
]);

const itemsSchema = v.pipe(v.array(itemSchema), v.minLength(1), v.maxLength(8));

export type Item = v.InferOutput<typeof itemSchema>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export const encodeItems = (items: readonly Item[]): Uint8Array => encoder.encode(JSON.stringify(items));

/** The items of an opened box, or null if any of it does not fit. */
export function decodeItems(body: Uint8Array): Item[] | null {
  try {
    const parsed = v.safeParse(itemsSchema, JSON.parse(decoder.decode(body)));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
