// Compiles apps/web/messages to functions, one module per language and part (apps/web/.svelte-kit/words). Needs no network.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { at } from './places.js';

const PLUGIN = 'plugin.inlang.messageFormat';
const SETTINGS = at('apps', 'web', 'project.inlang', 'settings.json');
const OUT = at('apps', 'web', '.svelte-kit', 'words');

/** Which files of a language are loaded together: what the first pages say, and what is said only later. */
export const PARTS = /** @type {const} */ ({
  first: ['common', 'door', 'end', 'host'],
  later: ['chat', 'compose', 'doctor', 'verify'],
});

/** The languages, the one that the others fall back to first. @returns {readonly string[]} */
export const languages = () => settings().locales;

/** Writes the modules that `#words/*` stands for. */
export async function compileWords() {
  // Not at the top: what is to be installed may not be there yet when this module is read.
  const { compile } = await import('@inlang/paraglide-js');
  for (const [part, areas] of Object.entries(PARTS)) {
    await compile({
      project: writeProject(part, areas),
      outdir: `${OUT}/${part}`,
      outputStructure: 'locale-modules',
      // Which language is in force is decided in src/lib/words; the modules of the languages are used directly.
      strategy: ['globalVariable', 'baseLocale'],
      emitReadme: false,
      emitGitIgnore: false,
      emitPrettierIgnore: false,
    });
    for (const locale of languages()) leaveUnchecked(`${OUT}/${part}/messages/${locale}.js`);
  }
}

/**
 * A language with one form makes nothing of the number it is given, which is an error in code of our own.
 * @param {string} module
 */
function leaveUnchecked(module) {
  const code = readFileSync(module, 'utf8');
  const mark = '// @ts-nocheck\n';
  if (!code.startsWith(mark)) writeFileSync(module, mark + code);
}

/** @typedef {{ locales: string[], modules: string[] }} Settings */

function settings() {
  return /** @type {Settings} */ (JSON.parse(readFileSync(SETTINGS, 'utf8')));
}

/**
 * A project of its own for each part, because the compiler makes one module per language of a project. Everything but the
 * files stays as it is in project.inlang, for which editors of translations look. Gives its folder.
 *
 * @param {string} part @param {readonly string[]} areas
 */
function writeProject(part, areas) {
  const folder = `${OUT}/${part}.inlang`;
  const { modules, ...others } = settings();
  // Paths are those beside a project, and this one lies two folders deeper.
  const project = {
    ...others,
    modules: modules.map((path) => `../../${path}`),
    [PLUGIN]: { pathPattern: areas.map((area) => `../../messages/{locale}/${area}.json`) },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/settings.json`, JSON.stringify(project));
  return folder;
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  await compileWords();
  // The compiler leaves timers of half a minute behind.
  process.exit();
}
