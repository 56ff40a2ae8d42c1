// npm run screenshots [-- --docs] [part of a story's name]: every screen of the running product, into screens/out, where
// index.html shows them all. With --docs only the pictures of the README, into docs/.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from '../e2e/launch.ts';
import { startPorch } from '../e2e/server.ts';
import { at } from '../scripts/places.js';
import { Camera, type Look } from './camera.ts';
import { endings, untold } from './endings.ts';
import { leave, type Place } from './people.ts';
import { takePictures } from './pictures.ts';
import { stories, type Story } from './stories.ts';
import { TALKS, wordsOf, type Language } from './words.ts';

/** Whatever is not done by then is left out, and named. Two cores with twenty other things to do need half of it. */
const LIMIT_MS = 12 * 60_000;
/** What one story may take. */
const STORY_LIMIT_MS = 180_000;
/** So many stories are told at once. Mostly one waits for a server or a browser while another's picture is made. */
const LANES = 3;

const LOOKS: readonly Look[] = [
  { folder: 'light', colorScheme: 'light', language: 'en' },
  { folder: 'dark', colorScheme: 'dark', language: 'en' },
  { folder: 'right-to-left', colorScheme: 'light', language: 'ar' },
];

/** A story yet to be told, in a language, and the looks in which it is pictured. */
interface Telling {
  readonly story: Story;
  readonly language: Language;
  readonly looks: readonly Look[];
}

const OUT = at('screens', 'out');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const begun = performance.now();

const browser = await launch('chromium');
const server = await startPorch({ recordTo: join(mkdtempSync(join(tmpdir(), 'porchlight-')), 'relay.jsonl') });
try {
  if (process.argv.includes('--docs')) await takePictures(await placeIn('en'));
  else process.exitCode = await takeScreens();
} finally {
  await browser.close();
  await server.close();
}

/** Takes them all; gives the exit code. */
async function takeScreens(): Promise<number> {
  if (wanted.length === 0) rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const left = tellings();
  const taken: string[] = [];
  const missing: string[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const told = await tell(next);
      taken.push(...told.taken);
      missing.push(...told.missing);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  writeFileSync(join(OUT, 'index.html'), sheet(taken));
  console.log(`${taken.length} pictures in ${secondsSince(begun)} s: ${OUT}/index.html`);
  for (const failure of missing) console.error(`\n${failure}`);
  for (const reason of untold) console.error(`\nNo story comes to this end: ${reason}.`);
  return missing.length + untold.length === 0 ? 0 : 1;
}

/** All that are wanted. What people say differs by language; of an ending only the words of the page do, which change under it. */
function tellings(): Telling[] {
  const inOwnLanguage = (story: Story): Telling[] =>
    (['en', 'ar'] as const).map((language) => ({
      story,
      language,
      looks: LOOKS.filter((look) => look.language === language),
    }));
  const all = [
    ...stories.flatMap(inOwnLanguage),
    ...endings.map((story) => ({ story, language: 'en' as const, looks: LOOKS })),
  ];
  return all.filter(({ story }) => wanted.length === 0 || wanted.some((part) => story.name.includes(part)));
}

async function tell({ story, language, looks }: Telling): Promise<{ taken: readonly string[]; missing: string[] }> {
  const camera = new Camera(OUT, looks);
  const missing: string[] = [];
  const place = await placeIn(language);
  const began = performance.now();
  try {
    await withinTime(story.tell(place, camera), Math.min(STORY_LIMIT_MS, LIMIT_MS - (began - begun)));
    console.log(`${story.name} (${language}): ${camera.taken.length} in ${secondsSince(began)} s`);
  } catch (error) {
    missing.push(`Not to be seen to the end (${language}): ${story.name}. ${String(error)}`);
    await takeStuck(place, story.name);
  }
  await leave(place);
  return { taken: camera.taken, missing };
}

function secondsSince(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(0);
}

/** What everybody saw when a story went no further. */
async function takeStuck({ contexts, language }: Place, story: string): Promise<void> {
  const pages = contexts.flatMap((context) => context.pages());
  for (const [nth, page] of pages.entries()) {
    const path = join(OUT, `stuck-${language}-${story.replaceAll(' ', '-')}-${nth}.png`);
    await page.screenshot({ path, timeout: 10_000 }).catch(() => undefined);
  }
}

/** Nobody has come yet. */
async function placeIn(language: Language): Promise<Place> {
  const say = await wordsOf(language);
  return { browser, origin: server.origin, language, say, talk: TALKS[language], contexts: [], servers: [] };
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
