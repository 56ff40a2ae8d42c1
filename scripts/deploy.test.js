import { existsSync, readFileSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { at, serverFlags } from './places.js';

/** @param {...string} parts */
const read = (...parts) => readFileSync(at(...parts), 'utf8');
/** @param {string} text */
const linesOf = (text) => text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));

/** Names in the table of README.md: what the server can be told. */
const known = new Set(
  [...read('README.md').matchAll(/^\| (`[A-Z].*?) +\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
  ),
);

describe('Dockerfile', () => {
  const lines = linesOf(read('Dockerfile').replaceAll(/\\\n\s*/g, ''));
  /** @param {string} word */
  const after = (word) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

  it('copies what is there', () => {
    const sources = after('COPY')
      .filter((copy) => !copy.startsWith('--from='))
      .flatMap((copy) => copy.split(' ').slice(0, -1));
    expect(sources).toContain('package-lock.json');
    expect(sources.filter((source) => !existsSync(at(source)))).toEqual([]);
  });

  it('knows every workspace, without which npm refuses the lock file', () => {
    const workspaces = ['apps/signal', 'apps/web', 'bench', 'libs/channel', 'libs/invite', 'libs/protocol'];
    /** @type {{ packages: Record<string, unknown> }} */
    const { packages } = JSON.parse(read('package-lock.json'));
    const named = Object.keys(packages).filter((path) => path !== '' && !path.includes('node_modules/'));
    expect(named.sort()).toEqual(workspaces);
    for (const place of workspaces) expect(after('COPY')).toContain(`${place}/package.json ${place}/`);
  });

  it('runs as somebody who is not root, and whose number says so', () => {
    expect(after('USER')).toEqual(['1000:1000']);
  });

  it('runs on the Node that the server is developed with', () => {
    /** @type {{ devDependencies: { node: string } }} */
    const { devDependencies } = JSON.parse(read('package.json'));
    const [major = ''] = /\d+/.exec(devDependencies.node) ?? [];
    const images = after('FROM').filter((image) => !image.startsWith('packages'));
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(new RegExp(`^node:${major}-`));
  });

  it('has the port that the server takes when it is told none', () => {
    expect(after('EXPOSE')).toEqual(['3000']);
    expect(read('apps', 'signal', 'src', 'config.ts')).toContain("number('PORT', 3000,");
    expect(lines.join('\n')).toContain('process.env.PORT || 3000}/healthz');
  });

  it('starts what is there', () => {
    const [command = '[]'] = after('CMD');
    expect(JSON.parse(command)).toEqual(['node', ...serverFlags, 'apps/signal/src/main.ts']);
    expect(existsSync(at('apps', 'signal', 'src', 'main.ts'))).toBe(true);
  });
});

describe('compose.yaml', () => {
  const text = read('compose.yaml');
  const services = text.slice(text.indexOf('\nservices:\n'), text.indexOf('\nnetworks:\n')).split(/^ {2}(?=[a-z])/m);
  /** @param {string} name */
  const service = (name) => services.find((one) => one.startsWith(`${name}:\n`)) ?? '';

  it('tells the server only what it knows', () => {
    const [, environment = ''] = /\n {4}environment:\n((?: {6}.*\n)+)/.exec(service('porchlight')) ?? [];
    const told = [...environment.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name);
    expect(told).toEqual(expect.arrayContaining(['PUBLIC_ORIGIN', 'TRUST_PROXY', 'REDIS_URL', 'TURN_SECRET']));
    expect(told.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  });

  it('asks for nothing that deploy/env.example does not describe, and for all of it', () => {
    const asked = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
    const described = linesOf(read('deploy', 'env.example')).map((line) => line.split('=')[0]);
    expect([...asked].sort()).toEqual(described.sort());
  });

  it.each(['porchlight', 'redis', 'coturn', 'caddy'])(
    'lets %s do no more than it must, and starts it again',
    (name) => {
      for (const line of [
        'read_only: true',
        'cap_drop: [ALL]',
        "security_opt: ['no-new-privileges:true']",
        'restart: unless-stopped',
      ]) {
        expect(service(name)).toContain(`\n    ${line}\n`);
      }
    },
  );

  it('gives Redis no way out, and no invite away', () => {
    expect(service('redis')).not.toContain('ports:');
    expect(service('redis')).toContain('networks: [inside]');
    expect(text).toMatch(/\n {2}inside:\n {4}internal: true\n/);
    expect(service('redis')).toContain('--maxmemory-policy noeviction');
  });

  it('mounts files that are there', () => {
    const mounted = [...text.matchAll(/- \.\/(\S+?):/g)].map(([, path = '']) => path);
    expect(mounted).toContain('deploy/coturn.conf');
    expect(mounted.filter((path) => !existsSync(at(path)))).toEqual([]);
  });
});

describe('deploy/coturn.conf', () => {
  const lines = linesOf(read('deploy', 'coturn.conf'));

  it('takes only time-limited passwords, and bounds what is used', () => {
    for (const line of ['use-auth-secret', 'no-multicast-peers', 'no-tcp-relay', 'no-cli'])
      expect(lines).toContain(line);
    for (const name of ['total-quota', 'user-quota', 'max-bps', 'bps-capacity']) {
      expect(lines.filter((line) => line.startsWith(`${name}=`))).toHaveLength(1);
    }
    expect(lines.join('\n')).not.toMatch(/^(?:no-auth|allow-loopback-peers|user=|lt-cred-mech|verbose)/m);
  });

  it.each([
    ...['127.0.0.0-127.255.255.255', '10.0.0.0-10.255.255.255', '172.16.0.0-172.31.255.255'],
    ...['192.168.0.0-192.168.255.255', '169.254.0.0-169.254.255.255', '100.64.0.0-100.127.255.255'],
    ...['::1-::ffff:ffff', '::ffff:0:0-::ffff:ffff:ffff', '64:ff9b::-64:ff9b::ffff:ffff'],
    'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ])('lets nobody reach %s', (range) => {
    expect(lines).toContain(`denied-peer-ip=${range}`);
  });

  it('lets people reach each other by IPv4', () => {
    // coturn takes a range from :: to be all of IPv4.
    expect(lines.filter((line) => /^denied-peer-ip=::(?:-|$)/.test(line))).toEqual([]);
  });

  const help = spawnSync('turnserver', ['--help'], { encoding: 'utf8' });
  it.skipIf(help.error !== undefined)('says nothing that this coturn does not know', () => {
    const options = new Set([...`${help.stdout}${help.stderr}`.matchAll(/--([a-z0-9_-]+)/g)].map(([, name]) => name));
    const names = new Set(lines.map((line) => line.split('=')[0]));
    expect([...names].filter((name) => !options.has(name))).toEqual([]);
  });

  it('becomes whole with what coturn.sh adds', () => {
    const script = read('deploy', 'coturn.sh');
    const [, replaced = ''] = /grep -vE '\^\(([a-z|-]+)\)='/.exec(script) ?? [];
    expect(replaced.split('|').filter((name) => !script.includes(`echo "${name}=`))).toEqual([]);
    expect(statSync(at('deploy', 'coturn.sh')).isFile()).toBe(true);
  });
});

describe('deploy/porchlight.service', () => {
  it('starts what is there, and gives it the time to drain', () => {
    const unit = read('deploy', 'porchlight.service');
    const command = ['/opt/porchlight/node_modules/.bin/node', ...serverFlags, 'apps/signal/src/main.ts'].join(' ');
    expect(unit).toContain(`\nExecStart=${command}\n`);
    expect(unit).toContain('\nDynamicUser=yes\n');
    expect(unit).toContain('\nTimeoutStopSec=15\n');
  });
});

describe('proxies', () => {
  it.each(['nginx.conf', 'page.nginx.conf'])('%s writes down no visitor', (name) => {
    const text = read('deploy', name);
    const servers = text.split(/^server \{/m).length - 1;
    expect(text.match(/^ {2}access_log off;/gm)).toHaveLength(servers);
  });

  it.each(['Caddyfile', 'page.Caddyfile'])('%s writes down no visitor', (name) => {
    expect(linesOf(read('deploy', name)).join('\n')).not.toMatch(/^\s*log\b/m);
  });

  it('append the address that came, as TRUST_PROXY=1 expects, and pass websockets', () => {
    const text = read('deploy', 'nginx.conf');
    expect(text).toContain('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;');
    expect(text).toContain('proxy_set_header Upgrade $http_upgrade;');
    const [, seconds] = /proxy_read_timeout (\d+)s;/.exec(text) ?? [];
    expect(Number(seconds)).toBeGreaterThan(22);
    expect(linesOf(read('deploy', 'Caddyfile')).join('\n')).not.toContain('trusted_proxies');
  });
});
