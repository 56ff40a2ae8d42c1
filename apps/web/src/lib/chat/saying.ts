import { FrameType, type MessageType } from '@porchlight/channel';
import { concat, readNumber, u32 } from '@porchlight/invite';

import { REACTIONS, type Reaction, type Ref } from './message.ts';
import { decodeText, encodeText } from './text.ts';

/** What lasts of what a side says, as it goes over the wire: its own messages named by their ids. docs/protocol.md §4.2 */
export type Saying =
  | { type: 'text'; text: string }
  | { type: 'reply'; to: Ref; text: string }
  | { type: 'edit'; id: number; text: string }
  | { type: 'unsend'; id: number }
  | { type: 'reaction'; to: Ref; reaction: Reaction | null }
  | { type: 'copy-saved' };

/** What a side says about a message that is there already. */
export type Acting = Extract<Saying, { type: 'edit' | 'unsend' | 'reaction' }>;

/** Who author 0 and author 1 are, to the one who says it and to the one who hears it. */
const AUTHORS_SAID = ['me', 'peer'] as const;
const AUTHORS_HEARD = ['peer', 'me'] as const;
const NOTHING = new Uint8Array(0);

/** Bytes of author and id, and of id alone. */
const REF_BYTES = 5;
const ID_BYTES = 4;

/** A saying as type and body of a frame. */
export function encodeSaying(saying: Saying): { type: MessageType; body: Uint8Array } {
  switch (saying.type) {
    case 'text':
      return { type: FrameType.text, body: encodeText(saying.text) };
    case 'reply':
      return { type: FrameType.reply, body: concat(encodeRef(saying.to), encodeText(saying.text)) };
    case 'edit':
      return { type: FrameType.edit, body: concat(u32(saying.id), encodeText(saying.text)) };
    case 'unsend':
      return { type: FrameType.unsend, body: u32(saying.id) };
    case 'reaction': {
      const code = saying.reaction === null ? 0 : REACTIONS.indexOf(saying.reaction) + 1;
      return { type: FrameType.reaction, body: concat(encodeRef(saying.to), Uint8Array.of(code)) };
    }
    case 'copy-saved':
      return { type: FrameType.copySaved, body: NOTHING };
  }
}

export const isSaying = (type: number): boolean =>
  type === FrameType.text || (type >= FrameType.reply && type <= FrameType.copySaved);

/**
 * The only door for what the other side says: frame type, frame id and body as they came. `me` in it is the one who hears
 * it. Null for whatever no honest peer sends, as far as the frame alone tells: whether a message of ours that it names ever
 * left is for the chat to say.
 */
export function decodeSaying(type: number, id: number, body: Uint8Array): Saying | null {
  if (id === 0) return null;
  switch (type) {
    case FrameType.text: {
      const text = decodeText(body);
      return text === null ? null : { type: 'text', text };
    }
    case FrameType.reply: {
      const [to, text] = [decodeRef(body, id), decodeText(body.subarray(REF_BYTES))];
      return to === null || text === null ? null : { type: 'reply', to, text };
    }
    case FrameType.edit: {
      const [own, text] = [decodeId(body), decodeText(body.subarray(ID_BYTES))];
      return own === null || own >= id || text === null ? null : { type: 'edit', id: own, text };
    }
    case FrameType.unsend: {
      const own = decodeId(body);
      return body.length !== ID_BYTES || own === null || own > id ? null : { type: 'unsend', id: own };
    }
    case FrameType.reaction: {
      const [to, code] = [decodeRef(body, id), body[REF_BYTES] ?? 0];
      if (body.length !== REF_BYTES + 1 || to === null || code > REACTIONS.length) return null;
      return { type: 'reaction', to, reaction: REACTIONS[code - 1] ?? null };
    }
    case FrameType.copySaved:
      return body.length === 0 ? { type: 'copy-saved' } : null;
    default:
      return null;
  }
}

const encodeRef = ({ from, id }: Ref): Uint8Array => concat(Uint8Array.of(AUTHORS_SAID.indexOf(from)), u32(id));

/** Of its own a side names only what it said before, so before frame `id`. */
function decodeRef(body: Uint8Array, id: number): Ref | null {
  const from = AUTHORS_HEARD[body[0] ?? AUTHORS_HEARD.length];
  const named = decodeId(body.subarray(1));
  if (from === undefined || named === null || (from === 'peer' && named >= id)) return null;
  return { from, id: named };
}

function decodeId(body: Uint8Array): number | null {
  const id = body.length < ID_BYTES ? 0 : readNumber(body.subarray(0, ID_BYTES));
  return id === 0 ? null : id;
}
