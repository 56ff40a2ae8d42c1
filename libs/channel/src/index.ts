export {
  type GuestHandshake,
  type HandshakeProblem,
  type HandshakeTerms,
  answerHandshake,
  beginHandshake,
} from './handshake.ts';
export type { Session } from './session.ts';
export { type BoxKind, type BoxProblem, MAX_BOX_BODY_BYTES, type OpenedBox, epochOf, kindOf } from './box.ts';
export {
  type Frame,
  type FrameProblem,
  FrameType,
  type Frames,
  MAX_FRAME_BODY_BYTES,
  MAX_FRAME_BYTES,
  type MessageType,
  type OpenedFrame,
  REKEY_FRAMES,
  REKEY_MS,
} from './frames.ts';
export { EMOJI, type Sas, type SasEmoji } from './sas.ts';
