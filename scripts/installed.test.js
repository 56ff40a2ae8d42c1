import { existsSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { at } from './places.js';

/** @param {...string} parts */
const read = (...parts) => readFileSync(at('apps', 'web', ...parts), 'utf8');
/** @type {{ start_url: string, scope: string, display: string, theme_color: string, background_color: string, icons: { src: string, type: string, sizes: string, purpose?: string }[] }} */
const manifest = JSON.parse(read('static', 'manifest.webmanifest'));
const page = read('src', 'app.html');

/** @param {string} src @returns {string} its width and height, which a PNG says in its first chunk */
function sizeOf(src) {
  const picture = readFileSync(at('apps', 'web', 'static', src));
  return `${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`;
}

it('the page names the manifest, and every picture that either names is there', () => {
  const named = [...page.matchAll(/%sveltekit\.assets%(\/[\w./-]+)/g)].map(([, path = '']) => path);
  expect(named).toContain('/manifest.webmanifest');
  for (const src of [...named, ...manifest.icons.map((icon) => icon.src)]) {
    expect(existsSync(at('apps', 'web', 'static', src)), src).toBe(true);
  }
});

it('each icon has the size that the manifest says, and one fills every shape', () => {
  const drawn = manifest.icons.filter(({ type }) => type === 'image/png');
  for (const { src, sizes } of drawn) expect(sizeOf(src), src).toBe(sizes);
  expect(drawn.map(({ sizes, purpose = 'any' }) => `${sizes} ${purpose}`)).toEqual([
    '192x192 any',
    '512x512 any',
    '512x512 maskable',
  ]);
  expect(sizeOf('icons/apple-180.png')).toBe('180x180');
});

it('the window has the colours of the page, light and dark', () => {
  const ceilings = [...read('src', 'app.css').matchAll(/--ceiling: (#[0-9a-f]{6});/g)].map(([, colour]) => colour);
  const [light] = ceilings;
  expect([...page.matchAll(/name="theme-color" content="(#[0-9a-f]{6})"/g)].map(([, colour]) => colour)).toEqual(
    ceilings,
  );
  expect([manifest.theme_color, manifest.background_color]).toEqual([light, light]);
  expect(read('..', '..', 'scripts', 'icons.js')).toContain(`'${light ?? ''}'`);
});
