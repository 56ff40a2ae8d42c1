import { posix, relative, sep } from 'node:path';

import { root } from './places.js';

/*
 * Who may import whom, as a lint rule. docs/architecture.md draws the same table and says what it is for.
 * Every import is read (static, dynamic, type, re-export) and resolved to a place in the repository,
 * so that neither `../` nor a package name is a way around it.
 */

const LIB = 'apps/web/src/lib';

/** @typedef {{ may: readonly string[], types?: readonly string[], why: string }} Rule */

/**
 * Of our own code: what a place may import besides itself (`types`: only their types), and why not more.
 * The longest place that a path begins with counts.
 * @type {Readonly<Record<string, Rule>>}
 */
const PLACES = {
  'libs/protocol': { may: [], why: 'the request table is the bottom of everything.' },
  'libs/invite': { may: [], why: 'an invite can be audited alone.' },
  'libs/channel': { may: ['libs/invite'], why: 'all cryptography is in libs/invite and libs/channel, audited alone.' },
  'apps/signal': { may: ['libs/protocol'], why: 'the server knows the request table and nothing secret.' },
  'apps/web/src/routes': {
    may: [
      `${LIB}/ui`,
      `${LIB}/session`,
      `${LIB}/chat`,
      `${LIB}/vault`,
      `${LIB}/doctor`,
      `${LIB}/words`,
      'libs/invite',
      'libs/protocol',
      'apps/web/src/app.css',
    ],
    why: 'a route puts a session and components together; sockets and peers are behind the session.',
  },
  [`${LIB}/ui`]: {
    may: [
      'libs/protocol',
      `${LIB}/words`,
      `${LIB}/session/reasons.ts`,
      ...['chat', 'draft', 'message', 'links', 'address', 'parts', 'transcript'].map(
        (name) => `${LIB}/chat/${name}.ts`,
      ),
    ],
    types: [`${LIB}/session`, `${LIB}/chat`, `${LIB}/doctor`],
    why: 'a component shows values and tells by callbacks: of session it takes types and reasons.ts, of chat what decides nothing.',
  },
  [`${LIB}/session`]: {
    may: [
      `${LIB}/signaling`,
      `${LIB}/transport`,
      `${LIB}/chat`,
      `${LIB}/vault`,
      'libs/invite',
      'libs/channel',
      'libs/protocol',
    ],
    why: 'a session decides; it knows no component and no route.',
  },
  [`${LIB}/chat`]: { may: ['libs/invite', 'libs/channel'], why: 'chat imports nothing else in lib.' },
  [`${LIB}/signaling`]: {
    may: ['libs/protocol'],
    why: 'signaling imports nothing else in lib, and carries boxes it cannot open.',
  },
  [`${LIB}/transport`]: { may: [], why: 'a transport is a byte pipe and imports nothing else in lib.' },
  [`${LIB}/doctor`]: {
    may: [`${LIB}/signaling`, 'libs/protocol'],
    why: 'the doctor examines browser, network and server; of a chat it knows nothing.',
  },
  [`${LIB}/words`]: { may: [], why: 'the words know nothing of what they are said about.' },
  [`${LIB}/vault`]: { may: ['libs/invite'], why: 'vault imports nothing else in lib.' },
  'apps/web': { may: [], why: 'signal and web never import each other.' },
  [LIB]: {
    may: ['libs/invite', 'libs/channel', 'libs/protocol'],
    why: 'code beside the folders of lib imports none of them.',
  },
};

/**
 * Of others' code: what only some places may import, or some may not.
 * @type {readonly { name: RegExp, only?: readonly string[], not?: readonly string[], why: string }[]}
 */
const PACKAGES = [
  {
    name: /^simple-peer$/,
    only: [`${LIB}/transport`, 'bench', 'attack'],
    why: 'only transport/ knows simple-peer: it is fenced there.',
  },
  {
    name: /^socket\.io-client$/,
    only: [`${LIB}/signaling`, 'bench', 'attack'],
    why: 'only signaling/ knows socket.io-client.',
  },
  {
    name: /^@noble\/ed25519$/,
    only: ['libs/invite/src/ed25519.ts'],
    why: 'only libs/invite/src/ed25519.ts imports it: strict verification is decided in one place.',
  },
  {
    name: /^@noble\//,
    only: ['libs/invite', 'libs/channel', 'attack'],
    why: 'all cryptography is in libs/invite and libs/channel.',
  },
  { name: /^\$(app|env)(\/|$)/, only: ['apps/web/src/routes'], why: 'only routes know $app and $env.' },
  {
    name: /^node:/,
    not: ['libs/protocol/src', 'libs/invite/src', 'libs/channel/src', 'apps/web/src'],
    why: 'libs and the web client run in browsers.',
  },
];

/**
 * Whether one import is allowed; if not, why, as a sentence.
 * Tests may take any package (to stand in for something, to compare with), but no other places than the code beside them.
 *
 * @param {string} file relative to the root, with `/`
 * @param {string} source as it is written in the import
 * @param {boolean} typeOnly
 * @returns {string | null}
 */
export function refusalOf(file, source, typeOnly) {
  const target = pathOf(file, source);
  if (target === null) {
    if (/\.test\.[jt]s$/.test(file)) return null;
    const rule = PACKAGES.find(({ name, only, not }) => name.test(source) && !allowedBy(file, only, not));
    return rule ? `${source}: ${rule.why}` : null;
  }
  const from = placeOf(file);
  const to = placeOf(target);
  if (from === undefined || to === undefined || from === to) return null;
  if (from.startsWith('libs/') && to.startsWith('apps/')) return `${source}: libs never import apps.`;
  const { may, types, why } = PLACES[from] ?? NOTHING;
  const allowed = typeOnly ? [...may, ...(types ?? [])] : may;
  return allowed.some((place) => isWithin(target, place)) ? null : `${source}: ${why}`;
}

/** @type {import('eslint').Rule.RuleModule} */
const imports = {
  meta: { type: 'problem', docs: { description: 'who may import whom' }, schema: [] },
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/');
    /** @param {import('eslint').Rule.Node} node @param {unknown} source @param {boolean} typeOnly */
    const check = (node, source, typeOnly) => {
      const message = typeof source === 'string' ? refusalOf(file, source, typeOnly) : null;
      if (message !== null) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => {
        check(node, node.source.value, onlyTypes(node, 'importKind'));
      },
      ExportNamedDeclaration: (node) => {
        if (node.source) check(node, node.source.value, onlyTypes(node, 'exportKind'));
      },
      ExportAllDeclaration: (node) => {
        check(node, node.source.value, onlyTypes(node, 'exportKind'));
      },
      ImportExpression: (node) => {
        if (node.source.type === 'Literal') check(node, node.source.value, false);
      },
    };
  },
};

/** The ESLint plugin with the one rule `imports`: the tables above. */
export const porchlight = { rules: { imports } };

/** @type {Rule} */
const NOTHING = { may: [], why: 'this place may import nothing of ours.' };

/** The path, relative to the root, of a module of ours; null for a package of others. @param {string} file @param {string} source */
function pathOf(file, source) {
  if (source.startsWith('.')) return posix.join(posix.dirname(file), source);
  if (source.startsWith('#lib/')) return `${LIB}/${source.slice('#lib/'.length)}`;
  const [, name] = /^@porchlight\/([^/]+)/.exec(source) ?? [];
  if (name === undefined) return null;
  return name === 'signal' || name === 'web' ? `apps/${name}` : name === 'bench' ? name : `libs/${name}`;
}

/** The longest place of the table that a path is in. @param {string} path */
function placeOf(path) {
  return Object.keys(PLACES)
    .filter((place) => isWithin(path, place))
    .sort((a, b) => b.length - a.length)[0];
}

/** @param {string} file @param {readonly string[] | undefined} only @param {readonly string[] | undefined} not */
function allowedBy(file, only, not) {
  return only ? only.some((place) => isWithin(file, place)) : !not?.some((place) => isWithin(file, place));
}

/** @param {string} path @param {string} place */
function isWithin(path, place) {
  return path === place || path.startsWith(`${place}/`);
}

/** `import type …` or nothing but `type` names inside the braces. @param {object} node @param {'importKind' | 'exportKind'} kind */
function onlyTypes(node, kind) {
  /** @param {object} part */
  const isType = (part) => kind in part && part[/** @type {keyof typeof part} */ (kind)] === 'type';
  if (isType(node)) return true;
  const parts = 'specifiers' in node && Array.isArray(node.specifiers) ? /** @type {object[]} */ (node.specifiers) : [];
  return parts.length > 0 && parts.every(isType);
}
