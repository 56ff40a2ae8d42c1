import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { fingerprint } from './fingerprint.js';
import { at, node } from './places.js';
import { quietly, step, StepFailed } from './step.js';

const MARK = at('node_modules', '.porchlight');

/** Installs the packages unless exactly these are installed already. Throws StepFailed. */
export async function ensureInstalled() {
  const wanted = `${fingerprint(['package-lock.json', ...manifests()])} ${process.platform} ${process.arch}\n`;
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === wanted && (await nodeWorks())) return;

  // --include=dev: with NODE_ENV=production npm would leave out what builds the page.
  await step('Installing packages', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!(await nodeWorks())) await repairNode();
  writeFileSync(MARK, wanted);
}

/** The package.json of the root and of every workspace ("libs/*" or "bench"). @returns {string[]} */
function manifests() {
  const root = /** @type {{ workspaces: string[] }} */ (JSON.parse(readFileSync(at('package.json'), 'utf8')));
  const folders = root.workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return readdirSync(at(parent)).map((name) => `${parent}/${name}`);
  });
  return ['package.json', ...folders.map((folder) => `${folder}/package.json`).filter((file) => existsSync(at(file)))];
}

async function nodeWorks() {
  const { ok, output } = await quietly(node, ['--version'], { limitMs: 20_000 });
  return ok && Number(/^v(\d+)\./.exec(output)?.[1]) >= 24;
}

/** The package `node` fetches its binary in an install script. npm may be set to run none; then it is run here. */
async function repairNode() {
  await step('Fetching Node 24', 'npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  if (await nodeWorks()) return;
  throw new StepFailed(
    'Fetching Node 24',
    'npm did not run the install script of the package "node", which brings the Node this project runs on.',
    'Let npm run it (package.json lists it under allowScripts; check `npm config get ignore-scripts`), then try again.',
  );
}
