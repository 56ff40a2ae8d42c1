import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

import { refusalOf } from './imports.js';
import { root } from './places.js';

const web = 'apps/web/src/lib';

describe('who may import whom', () => {
  it.each([
    ['libs/invite/src/link.ts', '../../../apps/signal/src/server.ts', 'libs never import apps'],
    ['libs/channel/src/index.ts', '@porchlight/signal', 'libs never import apps'],
    ['libs/invite/src/link.ts', '@porchlight/channel', 'audited alone'],
    ['libs/invite/src/link.ts', '@noble/ed25519', 'only libs/invite/src/ed25519.ts'],
    ['libs/channel/src/noise.ts', '@noble/ed25519', 'only libs/invite/src/ed25519.ts'],
    ['libs/channel/src/noise.ts', 'node:crypto', 'run in browsers'],
    ['apps/signal/src/server.ts', '@porchlight/invite', 'nothing secret'],
    ['apps/signal/src/server.ts', '@porchlight/channel', 'nothing secret'],
    ['apps/signal/src/server.ts', '../../../libs/channel/src/index.ts', 'nothing secret'],
    ['apps/signal/src/server.ts', '../../web/src/lib/chat/chat.ts', 'nothing secret'],
    [`${web}/session/machine.ts`, '../../../../signal/src/server.ts', 'a session decides'],
    [`${web}/session/machine.ts`, '@noble/hashes/sha2.js', 'all cryptography'],
    [`${web}/session/effects.ts`, 'simple-peer', 'only transport/'],
    [`${web}/session/effects.ts`, 'socket.io-client', 'only signaling/'],
    [`${web}/session/effects.ts`, '$app/navigation', 'only routes'],
    [`${web}/session/effects.ts`, '#lib/ui/Chat.svelte', 'no component'],
    [`${web}/chat/chat.ts`, '#lib/session/state.ts', 'nothing else in lib'],
    [`${web}/chat/chat.ts`, '../session/state.ts', 'nothing else in lib'],
    [`${web}/signaling/socket.ts`, '#lib/transport/transport.ts', 'nothing else in lib'],
    [`${web}/transport/transport.ts`, '#lib/signaling/socket.ts', 'nothing else in lib'],
    [`${web}/vault/vault.ts`, '#lib/chat/chat.ts', 'nothing else in lib'],
    [`${web}/ui/Chat.svelte`, '#lib/session/session.svelte', 'takes types'],
    [`${web}/ui/Chat.svelte`, '#lib/transport/transport.ts', 'takes types'],
    [`${web}/ui/Chat.svelte`, '$env/static/public', 'only routes'],
    ['apps/web/src/routes/+page.svelte', '#lib/signaling/socket.ts', 'behind the session'],
    [`${web}/doctor/probes.ts`, '#lib/session/keys.ts', 'knows nothing'],
    ['apps/web/src/routes/+page.svelte', 'simple-peer', 'only transport/'],
  ])('refuses that %s imports %s', (file, source, why) => {
    expect(refusalOf(file, source, false)).toContain(why);
  });

  it.each([
    ['libs/channel/src/noise.ts', '@porchlight/invite'],
    ['libs/invite/src/ed25519.ts', '@noble/ed25519'],
    ['apps/signal/src/server.ts', '@porchlight/protocol'],
    ['apps/signal/src/server.ts', 'node:http'],
    [`${web}/session/effects.ts`, '#lib/transport/transport.ts'],
    [`${web}/session/machine.ts`, './state.ts'],
    [`${web}/transport/simple-peer.ts`, 'simple-peer'],
    [`${web}/signaling/socket.ts`, 'socket.io-client'],
    [`${web}/ui/Ending.svelte`, '#lib/session/reasons.ts'],
    ['apps/web/src/routes/+page.svelte', '#lib/session/desk.svelte'],
    ['apps/web/src/routes/+page.svelte', '$app/navigation'],
  ])('allows that %s imports %s', (file, source) => {
    expect(refusalOf(file, source, false)).toBeNull();
  });

  it('lets a component take the types of a session, and not its values', () => {
    expect(refusalOf(`${web}/ui/Chat.svelte`, '#lib/session/state.ts', true)).toBeNull();
    expect(refusalOf(`${web}/ui/Chat.svelte`, '#lib/session/state.ts', false)).not.toBeNull();
  });
});

describe('the lint of this repository', () => {
  // Each sample stands in the place of a file that exists, because the rules that know types need one.
  const eslint = new ESLint({ cwd: root });

  /** @param {string} file @param {string} code */
  const refusalsOf = async (file, code) => {
    const [result] = await eslint.lintText(code, { filePath: `${root}/${file}` });
    return (result?.messages ?? []).map(({ ruleId }) => ruleId);
  };

  it.each([
    ["import '@porchlight/invite';", 'porchlight/imports'],
    ["export * from '@porchlight/channel';", 'porchlight/imports'],
    ["import type { Session } from '@porchlight/channel';", 'porchlight/imports'],
    ["export const late = () => import('@porchlight/invite');", 'porchlight/imports'],
    ['export const anything = (value: any): void => void value;', '@typescript-eslint/no-explicit-any'],
    ['// @ts-ignore\nexport {};', '@typescript-eslint/ban-ts-comment'],
    ['// @ts-expect-error: it is so\nexport {};', '@typescript-eslint/ban-ts-comment'],
  ])('refuses in the server: %s', async (code, rule) => {
    expect(await refusalsOf('apps/signal/src/server.ts', code)).toContain(rule);
  });

  it('refuses HTML from text in a component', async () => {
    const code = '<script lang="ts">\n  const text = "<b>";\n</script>\n\n{@html text}\n';
    expect(await refusalsOf('apps/web/src/routes/+page.svelte', code)).toContain('svelte/no-at-html-tags');
  });

  it('reads the imports of a component', async () => {
    const code = '<script lang="ts">\n  import Peer from "simple-peer";\n</script>\n\n{String(Peer)}\n';
    expect(await refusalsOf('apps/web/src/routes/+page.svelte', code)).toContain('porchlight/imports');
  });
}, 60_000);
