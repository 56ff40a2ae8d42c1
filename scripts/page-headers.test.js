import { expect, it } from 'vitest';

import { forCaddy, forNginx } from './page-headers.js';

const said = {
  policies: { 'index.html': "default-src 'none'; connect-src wss://a.example", 'j.html': "default-src 'none'" },
  always: { 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'", 'Referrer-Policy': 'no-referrer' },
};

it('tells nginx the policy of each page by all of its paths, and the strictest for everything else', () => {
  const { http, server } = forNginx(said);
  expect(http).toContain(`map $uri $porchlight_policy {
  default "default-src 'none'; frame-ancestors 'none'";
  /index.html "default-src 'none'; connect-src wss://a.example";
  / "default-src 'none'; connect-src wss://a.example";
  /j.html "default-src 'none'";
  /j "default-src 'none'";
}
`);
  expect(server).toContain('add_header Content-Security-Policy $porchlight_policy always;\n');
  expect(server).toContain('add_header Referrer-Policy "no-referrer" always;\n');
  expect(server.match(/Content-Security-Policy/g)).toHaveLength(1);
});

it('tells Caddy the same', () => {
  const snippet = forCaddy(said);
  for (const path of ['/', '/index.html']) {
    expect(snippet).toContain(`\t\t${path} "default-src 'none'; connect-src wss://a.example"\n`);
  }
  expect(snippet).toContain(`\t\tdefault "default-src 'none'; frame-ancestors 'none'"\n`);
  expect(snippet).toContain('\t\t\tContent-Security-Policy {porchlight_policy}\n');
  expect(snippet).toContain('\t\t\tReferrer-Policy "no-referrer"\n');
});

it('lets a browser keep for a year what has a hash in its name, if it is there, and no page', () => {
  const { http, server } = forNginx(said);
  for (const path of ['/', '/index.html', '/j', '/j.html']) {
    expect(http).toContain(`  ${path} "no-store";\n`);
    expect(forCaddy(said)).toContain(`\t\t${path} "no-store"\n`);
  }
  expect(http).toContain('~^/_app/immutable/ "public, max-age=31536000, immutable";\n');
  expect(server).toContain('add_header Cache-Control $porchlight_cache always;\n');
  expect(forCaddy(said)).toContain('\tpath /_app/immutable/*\n\t\tfile\n');
});

it.each(['"', '\\', '$x', '{x}', '`', '\n'])('writes no header with %j in it', (text) => {
  const odd = { ...said, policies: { 'index.html': `default-src ${text}` } };
  expect(() => forNginx(odd)).toThrow('no configuration can hold');
  expect(() => forCaddy(odd)).toThrow('no configuration can hold');
});
