import { createHmac, randomBytes } from 'node:crypto';

import { ICE_VALID_MS, type Event, type IceServer, type Output } from '@porchlight/protocol';

/** The STUN and TURN servers a browser may be sent to, and whether to send everything through TURN unless told otherwise. */
export interface Ice {
  stunUrls: readonly string[];
  turn: { urls: readonly string[]; secret: string } | undefined;
  hideAddress: boolean;
}

/** What every socket is told at once: enough for the page to say what it can offer. */
export function announce({ stunUrls, turn, hideAddress }: Ice): Event<'welcome'> {
  const ice = turn !== undefined ? 'turn' : stunUrls.length > 0 ? 'stun' : 'none';
  return { ice, hideAddress };
}

/**
 * Answers `ice`, or with a shorter `validMs` `doctor`, at `now` (ms since epoch), with fresh TURN credentials in the way of coturn's use-auth-secret: the user
 * name says when they end and is otherwise random, the credential is base64(HMAC-SHA-1(secret, username)).
 * draft-uberti-behave-turn-rest-00.
 */
export function iceServersAt({ stunUrls, turn }: Ice, now: number, validMs = ICE_VALID_MS): Output<'ice' | 'doctor'> {
  const iceServers: IceServer[] = stunUrls.map((urls) => ({ urls }));
  if (turn !== undefined) {
    const endsAt = Math.floor((now + validMs) / 1_000);
    const username = `${String(endsAt)}:${randomBytes(12).toString('base64url')}`;
    const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
    for (const urls of turn.urls) iceServers.push({ urls, username, credential });
  }
  return { iceServers, validMs };
}
