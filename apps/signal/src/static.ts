import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

/** Answers one HTTP request with a file of the web client, or says why not. */
export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Serves a built web client. The files are read once, here: a build that replaces them does not disturb a running
 * server, and no request ever touches the disk. `/` is index.html, `/x` is x.html, `.br` and `.gz` files stand in for
 * their originals. Refuses methods other than GET and HEAD (405) and unknown paths (404). Nothing a request does here
 * changes anything. A folder that does not exist serves nothing.
 */
export function serveFolder(folder: string): Serve {
  const files = readFolder(folder);

  return (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
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
    const file = files.get(path);
    if (file === undefined) {
      end(response, 404, 'Not found');
      return;
    }
    const { encoding, body } = choose(file, request.headers['accept-encoding'] ?? '');
    if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
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
  plain: Buffer;
  brotli: Buffer | undefined;
  gzip: Buffer | undefined;
}

const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // The pages carry their own policy; this part of it works only as a header. A framed "Let in" could be clicked unseen.
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
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
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const extension = extname(entry.name);
    if (!entry.isFile() || extension === '.br' || extension === '.gz') continue;
    const place = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, place).split(sep).join('/')}`;
    const file: File = {
      type: TYPES[extension] ?? 'application/octet-stream',
      cache: cacheOf(path, extension),
      plain: readFileSync(place),
      brotli: readIfThere(`${place}.br`),
      gzip: readIfThere(`${place}.gz`),
    };
    files.set(path, file);
    if (extension === '.html') files.set(path.replace(/(?:(?<=\/)index)?\.html$/, ''), file);
  }
  return files;
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

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(text);
}
