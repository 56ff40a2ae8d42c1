import { parse } from 'svelte/compiler';

/**
 * What a person would read, or hear, in English whatever the language: text and telling attributes of the markup, and
 * sentences in the script. `source`: a component, or a module as a component's script.
 *
 * @param {string} source @param {ReadonlySet<string>} allowed what may stand there
 * @returns {readonly string[]}
 */
export function hardCoded(source, allowed = new Set()) {
  /** @type {string[]} */
  const found = [];
  const root = parse(source, { modern: true });
  walk(root.fragment, (node, parents) => {
    const text = shownBy(node, parents);
    if (text !== null) found.push(text);
  });
  for (const script of [root.instance, root.module]) {
    walk(script?.content, (node) => found.push(...saidBy(node)));
  }
  return found.map((text) => text.trim()).filter((text) => !allowed.has(text));
}

/** A module as a component, for `hardCoded`. @param {string} source */
export const asScript = (source) => `<script lang="ts">\n${source}\n</script>`;

/** Attributes that are read to a person. */
const TELLING = /^(?:alt|aria-(?:description|label|placeholder|roledescription|valuetext)|content|placeholder|title)$/;
const LETTER = /\p{L}/u;
/** Begins like a sentence or a label. */
const CAPITALISED = /^[^\p{L}\p{N}]*\p{Lu}/u;
/** Two words, with a beginning or an end like that of a sentence, or a small word between them. */
const SENTENCE =
  /^(?=.*\p{L}\s+\S*\p{L})(?:[^\p{L}\p{N}]*\p{Lu}\p{Ll}*['’]?\p{Ll}*[\s,:]|.*\p{L}[.…?!]$)|\p{L} (?:and|are|for|has|of|the|this|was|you|your) \p{L}/su;

/**
 * @typedef {{ type: string, name?: string, data?: string, value?: unknown, [part: string]: unknown }} Node
 */

/** The words of a node of the markup, null if it has none. @param {Node} node @param {readonly Node[]} parents */
function shownBy(node, parents) {
  const attribute = parents.findLast(({ type }) => type === 'Attribute');
  if (node.type === 'Text') {
    const text = node.data ?? '';
    if (!LETTER.test(text)) return null;
    if (attribute === undefined) return text;
    const component = parents.some((parent, place) => parent.type === 'Component' && parents[place + 1] === attribute);
    if (component) return attribute.name !== 'class' && CAPITALISED.test(text) ? text : null;
    return TELLING.test(attribute.name ?? '') ? text : null;
  }
  const [text] = stringsOf(node);
  if (text === undefined) return null;
  // Compared with a name, such as that of a key, it is not shown.
  const compared = parents.at(-1)?.type === 'BinaryExpression';
  const read = !compared && (attribute === undefined || TELLING.test(attribute.name ?? ''));
  return (read && CAPITALISED.test(text)) || SENTENCE.test(text) ? text : null;
}

/** @param {Node} node */
const saidBy = (node) => stringsOf(node).filter((text) => SENTENCE.test(text));

/** The text that a node of a script stands for. @param {Node} node @returns {readonly string[]} */
function stringsOf(node) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : [];
  if (node.type !== 'TemplateLiteral') return [];
  const quasis = /** @type {{ value: { cooked: string } }[]} */ (node['quasis']);
  return [quasis.map(({ value }) => value.cooked).join('…')];
}

/** Not read by a person: types, where something is imported from, and what only a developer sees. @param {Node} node */
function isSilent(node) {
  const { type } = node;
  if (/^TS(?:As|NonNull|Satisfies)Expression$/.test(type)) return false;
  if (/^(?:TS|Import|Export(?:All)|ImportExpression|Comment|StyleSheet)/.test(type)) return true;
  const callee = /** @type {{ name?: string, object?: { name?: string } } | undefined} */ (node['callee']);
  return (type === 'NewExpression' && callee?.name?.endsWith('Error') === true) || callee?.object?.name === 'console';
}

/**
 * Visits a tree, parents first.
 * @param {unknown} node @param {(node: Node, parents: readonly Node[]) => void} visit @param {readonly Node[]} [parents]
 */
function walk(node, visit, parents = []) {
  if (Array.isArray(node)) {
    for (const part of node) walk(part, visit, parents);
    return;
  }
  if (!isNode(node) || isSilent(node)) return;
  visit(node, parents);
  const below = [...parents, node];
  for (const [part, value] of Object.entries(node)) {
    if (part !== 'metadata' && part !== 'loc') walk(value, visit, below);
  }
}

/** @param {unknown} value @returns {value is Node} */
const isNode = (value) =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
