import type { Target } from './target.ts';
import { boxContents, boxes } from './targets/box.ts';
import { config } from './targets/config.ts';
import { frameContents, frames } from './targets/frames.ts';
import { answers, firstMessages, firstPayloads, forgedAnswers } from './targets/handshake.ts';
import { boxItems } from './targets/items.ts';
import { links } from './targets/link.ts';
import { conversations, sayings } from './targets/sayings.ts';
import { door, schemas } from './targets/signaling.ts';
import { ownTexts, peerNames, texts } from './targets/text.ts';
import { candidates, descriptions, sdps } from './targets/transport.ts';

/** Every reader of input that somebody else may have made. */
export const targets: readonly Target[] = [
  ...[links, schemas, door, boxes, boxContents],
  ...[firstMessages, firstPayloads, answers, forgedAnswers, frames, frameContents],
  ...[descriptions, sdps, candidates, boxItems, texts, ownTexts, peerNames, config],
  ...[sayings, conversations],
];
