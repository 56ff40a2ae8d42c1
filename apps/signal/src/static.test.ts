import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { serveFolder } from './static.ts';

const folder = mkdtempSync(join(tmpdir(), 'porchlight-static-'));
const server = createServer();
const policyOf = (page: string) => `default-src 'none'; trusted-types ${page}`;

beforeAll(async () => {
  mkdirSync(join(folder, '_app/immutable'), { recursive: true });
  const files = {
    'index.html': 'the front page',
    'j.html': 'the guest page',
    'j.html.br': 'the guest page, in brotli',
    'j.html.gz': 'the guest page, in gzip',
    '404.html': 'the page of a wrong address',
    'favicon.svg': '<svg/>',
    '_app/version.json': '{}',
    '.policies.json': JSON.stringify({
      'index.html': policyOf('front'),
      'j.html': policyOf('guest'),
      '404.html': policyOf('wrong'),
    }),
    '_app/immutable/start.abc.js': 'start()',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(tmpdir(), 'porchlight-outside.txt'), 'outside');
  server.on('request', serveFolder(folder));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
  rmSync(join(tmpdir(), 'porchlight-outside.txt'));
});

/** The path goes out as it is: no client tidies it up first. */
function ask(
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Of a client that is only a front page. */
function serveWith(policies: string): void {
  const bare = mkdtempSync(join(tmpdir(), 'porchlight-static-'));
  try {
    writeFileSync(join(bare, 'index.html'), 'a page');
    writeFileSync(join(bare, '.policies.json'), policies);
    serveFolder(bare);
  } finally {
    rmSync(bare, { recursive: true });
  }
}

describe('the built client', () => {
  it.each([
    ['/', 'the front page', 'text/html; charset=utf-8', 'no-store'],
    ['/j', 'the guest page', 'text/html; charset=utf-8', 'no-store'],
    ['/j?from=mail', 'the guest page', 'text/html; charset=utf-8', 'no-store'],
    ['/favicon.svg', '<svg/>', 'image/svg+xml', 'no-cache'],
    ['/_app/version.json', '{}', 'application/json', 'no-cache'],
    [
      '/_app/immutable/start.abc.js',
      'start()',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
  ])('answers %s', async (path, body, type, cache) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'cache-control': cache,
    });
  });

  it.each([
    ['/', policyOf('front')],
    ['/index.html', policyOf('front')],
    ['/j', policyOf('guest')],
    ['/j?from=mail', policyOf('guest')],
    ['/favicon.svg', "default-src 'none'; frame-ancestors 'none'"],
    ['/nothing', "default-src 'none'; frame-ancestors 'none'"],
  ])('sends with %s the policy %s', async (path, policy) => {
    expect((await ask(path)).headers['content-security-policy']).toBe(policy);
  });

  it('is not served with a page that has no policy', () => {
    expect(() => serveWith(JSON.stringify({ 'j.html': policyOf('guest') }))).toThrow(
      'index.html of the web client has no content security policy',
    );
  });

  it.each([
    ['of another beginning', { 'index.html': "script-src 'self'; default-src 'none'" }],
    ['that allows by default', { 'index.html': "default-src 'self'" }],
    ['that allows one thing more by default', { 'index.html': "default-src 'none' https:; script-src 'self'" }],
    ['that is empty', { 'index.html': '' }],
    ['that no header can carry', { 'index.html': "default-src 'none';\nscript-src 'self'" }],
    ['that is no text', { 'index.html': ["default-src 'none'"] }],
    ['that is nothing', { 'index.html': null }],
    ['for a page that is not there', { 'index.html': "default-src 'none'", 'j.html': 'default-src *' }],
  ])('is not served with a policy %s', (_, policies) => {
    expect(() => serveWith(JSON.stringify(policies))).toThrow("does not begin with default-src 'none'");
  });

  it.each(['null', '"default-src \'none\'"', '[]', '{', ''])('is not served with the table %j', (table) => {
    expect(() => serveWith(table)).toThrow();
  });

  it('is served with a policy that allows nothing', () => {
    expect(() => serveWith(JSON.stringify({ 'index.html': "default-src 'none'" }))).not.toThrow();
  });

  it('comes in the best form the browser takes', async () => {
    const form = async (accepted: string) => {
      const { body, headers } = await ask('/j', { headers: { 'accept-encoding': accepted } });
      return [headers['content-encoding'], body];
    };
    expect(await form('gzip, deflate, br')).toEqual(['br', 'the guest page, in brotli']);
    expect(await form('gzip')).toEqual(['gzip', 'the guest page, in gzip']);
    expect(await form('identity')).toEqual([undefined, 'the guest page']);
  });

  it('answers HEAD like GET, without the body', async () => {
    const { status, headers, body } = await ask('/j', { method: 'HEAD' });
    expect([status, headers['content-length'], body]).toEqual([200, '14', '']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    expect(await ask('/j', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each([
    '/nothing',
    '/j/',
    '/j.html.br',
    '/.policies.json',
    '/../porchlight-outside.txt',
    '/%2e%2e/porchlight-outside.txt',
    '/..%2fporchlight-outside.txt',
    '//porchlight-outside.txt',
    '/%',
    '/%00',
    '/__proto__',
    '/constructor',
  ])('does not find %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: 'Not found' });
  });

  it.each(['/nothing', '/j/', '/404', '/404.html', '/%41', '/_app/immutable/gone.js'])(
    'has a page for who goes to %s in a browser',
    async (path) => {
      const answer = await ask(path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
      expect(answer).toMatchObject({ status: 404, body: 'the page of a wrong address' });
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policyOf('wrong'),
        'cache-control': 'no-store',
      });
    },
  );

  it.each([undefined, '*/*', 'image/avif,image/webp,*/*', 'application/json'])(
    'has no page for who looks for something else (%s)',
    async (accept) => {
      const headers = accept === undefined ? {} : { accept };
      expect(await ask('/nothing', { headers })).toMatchObject({ status: 404, body: 'Not found' });
    },
  );

  it.each(['/%', '/%ff', '/%c3%28'])('has no page for %s, of which no text can be made', async (path) => {
    expect(await ask(path, { headers: { accept: 'text/html' } })).toMatchObject({ status: 404, body: 'Not found' });
  });

  it('does not stumble over a range', async () => {
    expect(await ask('/j', { headers: { range: 'bytes=10-5' } })).toMatchObject({
      status: 200,
      body: 'the guest page',
    });
  });

  it('is the client that was there at the start', async () => {
    rmSync(join(folder, 'favicon.svg'));
    expect(await ask('/favicon.svg')).toMatchObject({ status: 200, body: '<svg/>' });
  });
});

describe('every answer', () => {
  it.each([
    ['/', 'GET', 200],
    ['/j', 'HEAD', 200],
    ['/favicon.svg', 'GET', 200],
    ['/healthz', 'GET', 200],
    ['/nothing', 'GET', 404],
    ['/', 'POST', 405],
  ])('to %s %s protects the page (%i)', async (path, method, status) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.headers['content-security-policy']).toBeDefined();
    expect(answer.headers['permissions-policy']).toMatch(/^(?:[a-z-]+=\(\), )+[a-z-]+=\(\)$/);
    expect(answer.headers['permissions-policy']).not.toMatch(/clipboard-write|web-share|autoplay|local-network/);
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
    if (status !== 200) expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('asks browsers to come by https only where everybody does', async () => {
    server.removeAllListeners('request').on('request', serveFolder(folder, { https: true }));
    expect((await ask('/nothing')).headers['strict-transport-security']).toBe('max-age=31536000');
    server.removeAllListeners('request').on('request', serveFolder(folder));
  });
});

it('says that it is well', async () => {
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'ok', headers: { 'cache-control': 'no-store' } });
});

it.each([
  ['ready', 200],
  ['draining', 503],
  ['store-away', 503],
] as const)('says whether it takes new people: %s', async (word, status) => {
  server.removeAllListeners('request').on('request', serveFolder(folder, { readiness: () => Promise.resolve(word) }));
  expect(await ask('/readyz')).toMatchObject({ status, body: word, headers: { 'cache-control': 'no-store' } });
  server.removeAllListeners('request').on('request', serveFolder(folder));
});

it('without pages, says so at every path but those about itself', async () => {
  server.removeAllListeners('request').on('request', serveFolder(undefined));
  for (const path of ['/', '/j', '/favicon.svg']) {
    expect(await ask(path)).toMatchObject({ status: 404, body: 'This server has no pages: it connects browsers.' });
  }
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'ok' });
  expect(await ask('/readyz')).toMatchObject({ status: 200, body: 'ready' });
  server.removeAllListeners('request').on('request', serveFolder(folder));
});

it('serves nothing, and does not break, when there is no build', () => {
  expect(() => serveFolder(join(folder, 'not there'))).not.toThrow();
});
