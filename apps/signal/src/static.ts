import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

import type { Readiness } from './health.ts';

/** Answers one HTTP request with a file of the web client, or says why not. */
export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** What a server may be told about itself. */
export interface Serving {
  /** Everybody comes by https, so browsers are told to come by nothing else for a year. */
  https?: boolean;
  /** Whether the server takes new people, for whoever asks at `/readyz`. */
  readiness?: () => Promise<Readiness>;
}

/**
 * Serves a built web client. The files are read once, here: a build that replaces them does not disturb a running
 * server, and no request ever touches the disk. `/` is index.html, `/x` is x.html, `.br` and `.gz` files stand in for
 * their originals; hidden files are not served. Refuses methods other than GET and HEAD (405) and unknown paths (404): who
 * looks for a page gets 404.html, everybody else a word.
 * Nothing a request does here changes anything. A folder that does not exist serves nothing, and without one every path
 * is answered with a sentence that says so. `/healthz` says that the process lives, `/readyz` whether it takes new people
 * (200) or why not (503).
 * Throws when a page has no content security policy, which the build writes (scripts/policies.js), or one that does not
 * begin by refusing everything.
 */
export function serveFolder(
  folder: string | undefined,
  { https = false, readiness = () => Promise.resolve('ready') }: Serving = {},
): Serve {
  const files = folder === undefined ? new Map<string, File>() : readFolder(folder);
  const notFound = folder === undefined ? 'This server has no pages: it connects browsers.' : 'Not found';
  const wrongAddress = files.get('/404');
  const always = https ? { ...SECURITY_HEADERS, 'Strict-Transport-Security': 'max-age=31536000' } : SECURITY_HEADERS;

  return (request, response) => {
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      end(response, 405, 'Method not allowed');
      return;
    }
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path === '/healthz') {
      end(response, 200, 'ok');
      return;
    }
    if (path === '/readyz') {
      void readiness().then((word) => {
        end(response, word === 'ready' ? 200 : 503, word);
      });
      return;
    }
    const file = files.get(path) ?? (looksForPage(request) && isReadable(path) ? wrongAddress : undefined);
    if (file === undefined) {
      end(response, 404, notFound);
      return;
    }
    response.statusCode = file === wrongAddress ? 404 : 200;
    const { encoding, body } = choose(file, request.headers['accept-encoding'] ?? '');
    if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
    if (file.policy !== undefined) response.setHeader('Content-Security-Policy', file.policy);
    response.setHeader('Vary', 'Accept-Encoding');
    response.setHeader('Content-Type', file.type);
    response.setHeader('Cache-Control', file.cache);
    response.setHeader('Content-Length', body.length);
    response.end(body);
  };
}

interface File {
  type: string;
  cache: string;
  /** Content security policy of a page. */
  policy: string | undefined;
  plain: Buffer;
  brotli: Buffer | undefined;
  gzip: Buffer | undefined;
}

/**
 * What a page could ask a browser for and this one never does. Left as they are: writing to the clipboard and sharing (the
 * link), sound also in the background (the knock), and the local network (two browsers in one house). These are the names
 * that Chromium knows: of a name it does not know it complains on every page (e2e/policy.test.ts).
 */
const DENIED = [
  ...['accelerometer', 'aria-notify', 'browsing-topics', 'camera', 'captured-surface-control'],
  ...['clipboard-read', 'compute-pressure', 'cross-origin-isolated', 'deferred-fetch', 'deferred-fetch-minimal'],
  ...['digital-credentials-create', 'digital-credentials-get', 'display-capture', 'encrypted-media', 'fullscreen'],
  ...['gamepad', 'geolocation', 'gyroscope', 'hid', 'identity-credentials-get', 'idle-detection', 'interest-cohort'],
  ...['keyboard-map', 'language-detector', 'language-model', 'local-fonts', 'magnetometer', 'microphone', 'midi'],
  ...['on-device-speech-recognition', 'otp-credentials', 'payment', 'picture-in-picture'],
  ...['private-state-token-issuance', 'private-state-token-redemption', 'publickey-credentials-create'],
  ...['publickey-credentials-get', 'screen-wake-lock', 'serial', 'speaker-selection', 'storage-access', 'summarizer'],
  ...['sync-xhr', 'translator', 'unload', 'usb', 'window-management', 'xr-spatial-tracking'],
];

/** What everything is sent with, whoever serves it. */
export const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // Of everything that is no page. A page has a policy of its own, with the hashes of its scripts.
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': DENIED.map((feature) => `${feature}=()`).join(', '),
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

function readFolder(folder: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>();
  if (!existsSync(folder)) return files;
  const policies = readPolicies(folder);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const extension = extname(entry.name);
    if (!entry.isFile() || extension === '.br' || extension === '.gz') continue;
    const place = join(entry.parentPath, entry.name);
    const name = relative(folder, place).split(sep).join('/');
    if (/(?:^|\/)\./.test(name)) continue;
    const path = `/${name}`;
    const policy = policies.get(name);
    if (extension === '.html' && policy === undefined) {
      throw new Error(`${name} of the web client has no content security policy; build it with npm run build`);
    }
    const file: File = {
      type: TYPES[extension] ?? 'application/octet-stream',
      cache: cacheOf(path, extension),
      policy,
      plain: readFileSync(place),
      brotli: readIfThere(`${place}.br`),
      gzip: readIfThere(`${place}.gz`),
    };
    files.set(path, file);
    if (extension === '.html') files.set(path.replace(/(?:(?<=\/)index)?\.html$/, ''), file);
  }
  return files;
}

/** How the policy of a page begins: what it does not allow, it refuses. The rest is what a header may consist of. */
const POLICY = /^default-src 'none'(?:;[\x20-\x7e]*)?$/;

/** The policy of each page, by its path in the folder. Throws when one is no policy, or of the kind that allows. */
function readPolicies(folder: string): ReadonlyMap<string, string> {
  const text = readIfThere(join(folder, '.policies.json'))?.toString('utf8') ?? '{}';
  const policies: unknown = JSON.parse(text);
  if (typeof policies !== 'object' || policies === null) throw new Error('.policies.json is not a table of policies');
  return new Map(
    Object.entries(policies).map(([name, policy]: [string, unknown]) => {
      if (typeof policy !== 'string' || !POLICY.test(policy)) {
        throw new Error(`The content security policy of ${name} does not begin with default-src 'none'`);
      }
      return [name, policy];
    }),
  );
}

function cacheOf(path: string, extension: string): string {
  if (extension === '.html') return 'no-store';
  // Vite puts the hash of the content into these names.
  return path.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function readIfThere(place: string): Buffer | undefined {
  return existsSync(place) ? readFileSync(place) : undefined;
}

function choose(file: File, accepted: string): { encoding: string | undefined; body: Buffer } {
  if (file.brotli !== undefined && /\bbr\b/.test(accepted)) return { encoding: 'br', body: file.brotli };
  if (file.gzip !== undefined && /\bgzip\b/.test(accepted)) return { encoding: 'gzip', body: file.gzip };
  return { encoding: undefined, body: file.plain };
}

/** Browsers say so when a person goes somewhere, and not when a page loads its parts. */
const looksForPage = ({ headers }: IncomingMessage): boolean => /\btext\/html\b/.test(headers.accept ?? '');

/** At an address that no text can be made of, the page would break instead of saying so. */
function isReadable(path: string): boolean {
  try {
    decodeURI(path);
    return true;
  } catch {
    return false;
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(text);
}
