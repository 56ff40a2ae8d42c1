/**
 * As SvelteKit's configuration wants it: a host without a dot does not fit its type.
 * @typedef {`${'ws' | 'wss'}://${string}.${string}`} Source
 */

/**
 * Where a page that is served from elsewhere finds the signaling server: what `SIGNAL_ORIGIN` says while the client is
 * built, e.g. `https://signal.example.org`, and what the page's policy must allow for it. Undefined: the server that the
 * page came from. Throws a sentence when it is no origin, or not one that a secure page may connect to.
 *
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {{ origin: string, source: Source } | undefined}
 */
export function signalOrigin({ SIGNAL_ORIGIN = '' }) {
  const origin = SIGNAL_ORIGIN.trim();
  if (origin === '') return undefined;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!secure || url.origin !== origin || !PLAIN.test(url.hostname)) {
    throw new Error(
      `SIGNAL_ORIGIN must be an origin like https://signal.example.org (http:// works for localhost alone), not ${JSON.stringify(origin)}.`,
    );
  }
  // Socket.IO is let use websockets alone, so that one scheme is all it needs.
  return { origin, source: /** @type {Source} */ (origin.replace(/^http/, 'ws')) };
}

/** Hosts whose pages, and lines, browsers call secure without https. W3C Secure Contexts §3.1. */
const LOOPBACK = /^(?:localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/;

/** An address or a name. A URL's host may hold more, such as * and ;, and those mean something in a policy. */
const PLAIN = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])$/;
