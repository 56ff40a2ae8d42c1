// npm run screenshots [-- --docs] [part of a story's name]: every screen of the running product, into screens/out, where
// index.html shows them all. With --docs only the pictures of the README, into docs/.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from '../e2e/launch.ts';
import { startPorch } from '../e2e/server.ts';
import { at } from '../scripts/places.js';
import { Camera, type Look } from './camera.ts';
import type { Place } from './people.ts';
import { takePictures } from './pictures.ts';
import { stories } from './stories.ts';
import { TALKS, wordsOf, type Language } from './words.ts';

/** Whatever is not done by then is left out, and named. */
const LIMIT_MS = 6 * 60_000;
/** What one story may take. */
const STORY_LIMIT_MS = 100_000;

const LOOKS: Readonly<Record<Language, readonly Look[]>> = {
  en: [
    { folder: 'light', colorScheme: 'light' },
    { folder: 'dark', colorScheme: 'dark' },
  ],
  ar: [{ folder: 'right-to-left', colorScheme: 'light' }],
};

const OUT = at('screens', 'out');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const begun = performance.now();

const browser = await launch('chromium');
try {
  if (process.argv.includes('--docs')) await inPlace('en', takePictures);
  else process.exitCode = await takeScreens();
} finally {
  await browser.close();
}

/** Takes them all, both languages at once; gives the exit code. */
async function takeScreens(): Promise<number> {
  if (wanted.length === 0) rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const rolls = await Promise.all([inPlace('en', tellAll), inPlace('ar', tellAll)]);
  const taken = rolls.flatMap((roll) => roll.taken);
  const missing = rolls.flatMap((roll) => roll.missing);
  writeFileSync(join(OUT, 'index.html'), sheet(taken));
  console.log(`${taken.length} pictures in ${((performance.now() - begun) / 1000).toFixed(0)} s: ${OUT}/index.html`);
  for (const failure of missing) console.error(`\n${failure}`);
  return missing.length === 0 ? 0 : 1;
}

async function tellAll(place: Place): Promise<{ taken: readonly string[]; missing: string[] }> {
  const camera = new Camera(OUT, LOOKS[place.language]);
  const missing: string[] = [];
  for (const { name, tell } of stories) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    const leftMs = LIMIT_MS - (performance.now() - begun);
    try {
      await withinTime(tell(place, camera), Math.min(STORY_LIMIT_MS, leftMs));
    } catch (error) {
      missing.push(`Not to be seen to the end (${place.language}): ${name}. ${String(error)}`);
      await takeStuck(place, name);
    }
    await Promise.all(place.contexts.splice(0).map((context) => context.close()));
  }
  return { taken: camera.taken, missing };
}

/** What everybody saw when a story went no further. */
async function takeStuck({ contexts, language }: Place, story: string): Promise<void> {
  const pages = contexts.flatMap((context) => context.pages());
  for (const [nth, page] of pages.entries()) {
    const path = join(OUT, `stuck-${language}-${story.replaceAll(' ', '-')}-${nth}.png`);
    await page.screenshot({ path, timeout: 10_000 }).catch(() => undefined);
  }
}

/** A server of its own, in a language. */
async function inPlace<T>(language: Language, act: (place: Place) => Promise<T>): Promise<T> {
  const server = await startPorch({ recordTo: join(mkdtempSync(join(tmpdir(), 'porchlight-')), 'relay.jsonl') });
  try {
    const say = await wordsOf(language);
    return await act({ browser, origin: server.origin, language, say, talk: TALKS[language], contexts: [] });
  } finally {
    await server.close();
  }
}

async function withinTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('It took too long.')), Math.max(0, ms));
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** A page with all pictures, those of a screen side by side. */
function sheet(taken: readonly string[]): string {
  const screens = new Map<string, string[]>();
  for (const path of [...taken].sort()) {
    const screen = path.replace(/^.*\//, '').replace(/-[^-]*$/, '');
    screens.set(screen, [...(screens.get(screen) ?? []), path]);
  }
  const rows = [...screens].sort(([one], [other]) => one.localeCompare(other));
  const row = ([screen, paths]: [string, string[]]): string =>
    `<h2>${screen}</h2>\n<p>${paths.map((path) => `<img src="${path}" alt="${path}" title="${path}" height="420" loading="lazy">`).join('\n')}</p>`;
  return `<!doctype html>\n<meta charset="utf-8">\n<title>Porchlight, all screens</title>\n<body style="font-family: sans-serif; background: #999">\n${rows.map(row).join('\n')}\n`;
}
