import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page from the request's origin may talk to this server: it was served from the same host, or its origin is
 * listed. A request without an Origin is not from a page and is refused.
 */
export function isOriginAllowed(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.origin !== origin) return false; // "null", a path, credentials: no browser writes an origin like that.
  return allowedOrigins.includes(origin) || page.host === host?.toLowerCase();
}
