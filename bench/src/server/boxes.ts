import { randomBytes } from 'node:crypto';

/** A box of so many bytes, as it travels. */
function box(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** The boxes of a handshake and of connecting, docs/protocol.md §3.1: M1, M2, and the smallest sealed box. */
export const M1 = box(1_269);
export const M2 = box(1_237);
export const SEALED = box(541);

/** What Chromium offers for a data channel. */
const SDP = [
  'v=0',
  'o=- 1113943810209456497 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:tWxP',
  'a=ice-pwd:b2Vq0pVYk1mHc7ZsJ5rXeLuD',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'A7').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n');

const CANDIDATE =
  'candidate:3665896528 1 udp 2113937151 192.168.178.42 51765 typ host generation 0 ufrag tWxP network-cost 999';

/**
 * What two browsers say that send descriptions as they are and each candidate alone: an offer, an answer, and two
 * candidates each, as Chromium sent them through PeerJS on a machine with two interfaces.
 */
export const TRICKLE = [
  { from: 'host', type: 'offer', body: { type: 'offer', sdp: SDP } },
  { from: 'host', type: 'candidate', body: { candidate: CANDIDATE, sdpMLineIndex: 0, sdpMid: '0' } },
  { from: 'host', type: 'candidate', body: { candidate: CANDIDATE, sdpMLineIndex: 0, sdpMid: '0' } },
  { from: 'guest', type: 'answer', body: { type: 'answer', sdp: SDP } },
  { from: 'guest', type: 'candidate', body: { candidate: CANDIDATE, sdpMLineIndex: 0, sdpMid: '0' } },
  { from: 'guest', type: 'candidate', body: { candidate: CANDIDATE, sdpMLineIndex: 0, sdpMid: '0' } },
] as const;
