import type { Item, Message, Ref } from './message.ts';

/** A chat, to be saved. */
export interface Transcript {
  /** How the two sides are called in it. */
  me: string;
  peer: string;
  /** ms since epoch. */
  savedAt: number;
  items: readonly Item[];
}

/** In what language a transcript is made, and its words. */
export interface Look {
  /** For `lang`. */
  language: string;
  direction: 'ltr' | 'rtl';
  /** For `Intl`. */
  region: string;
  words: {
    title: string;
    saved: (when: string) => string;
    edited: string;
    unsent: string;
    copySaved: (name: string) => string;
    notVerified: string;
  };
}

/** The transcript as JSON for programs: times as ISO 8601 in UTC, `by` the place of a side in `people`. */
export function transcriptJson({ me, peer, savedAt, items }: Transcript): string {
  const entries = items.map((item) => {
    const { id, kind } = item;
    const entry = { by: item.from, id, kind, at: iso(item.at) };
    if (item.kind === 'copy-saved') return entry;
    const { text, quote, edited, unsent, reactions } = item;
    const answers = quote === null ? null : { by: quote.from, id: quote.id };
    return { ...entry, text, answers, edited, unsent, reactions };
  });
  return `${JSON.stringify({ people: { me, peer }, savedAt: iso(savedAt), entries }, null, 2)}\n`;
}

/**
 * The transcript as a page that needs nothing else, can load nothing and has no script: its policy allows its own style
 * sheet, by its hash. What people wrote becomes text in it, and nothing but text.
 */
export function transcriptHtml({ me, peer, savedAt, items }: Transcript, look: Look): string {
  const { words, region } = look;
  const names = { me, peer };
  const day = new Intl.DateTimeFormat(region, { dateStyle: 'full' });
  const time = new Intl.DateTimeFormat(region, { timeStyle: 'short' });
  const both = new Intl.DateTimeFormat(region, { dateStyle: 'long', timeStyle: 'short' });
  const texts = new Map(items.map((item) => [nameOf(item), item]));

  const quoted = (ref: Ref): Html => {
    const item = texts.get(nameOf(ref));
    const text = item?.kind === 'message' && !item.unsent ? item.text : words.unsent;
    return element('blockquote', {}, element('b', {}, isolated(names[ref.from])), ' ', isolated(beginning(text)));
  };
  const said = ({ text, quote, unsent, edited, reactions, from, at }: Message): Html =>
    element(
      'li',
      { class: from },
      element('b', {}, isolated(names[from])),
      ' ',
      timeElement(at, time.format(at)),
      edited && !unsent ? ` · ${words.edited}` : '',
      quote === null || unsent ? '' : quoted(quote),
      unsent ? element('p', { class: 'note' }, words.unsent) : element('p', { class: 'text', dir: 'auto' }, text),
      ...(['me', 'peer'] as const).map((side) =>
        reactions[side] === null || unsent
          ? ''
          : element('span', { class: 'reaction' }, `${reactions[side]} `, isolated(names[side])),
      ),
    );

  const rows: Html[] = [];
  let shownDay = '';
  for (const item of items) {
    const itsDay = day.format(item.at);
    if (itsDay !== shownDay) rows.push(element('li', { class: 'day' }, element('h2', {}, itsDay)));
    shownDay = itsDay;
    rows.push(
      item.kind === 'message'
        ? said(item)
        : element(
            'li',
            { class: 'note' },
            isolated(words.copySaved(names[item.from])),
            ' ',
            timeElement(item.at, time.format(item.at)),
          ),
    );
  }

  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'content-security-policy', content: POLICY }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, words.title),
    element('style', {}, new Html(STYLE)),
  );
  const body = element(
    'body',
    {},
    element('h1', {}, words.title),
    element('p', { class: 'note' }, words.saved(both.format(savedAt)), ' ', words.notVerified),
    element('ol', {}, ...rows),
  );
  const page = element('html', { lang: look.language, dir: look.direction }, head, body);
  return ['<!doctype html>', page.markup, ''].join('\n');
}

/** Markup. A string is none: it becomes text. */
class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

const EMPTY_ELEMENTS = new Set(['meta']);

/** The only place where a transcript's markup is made. Names of elements and attributes are our own. */
function element(name: string, attributes: Readonly<Record<string, string>>, ...inside: (Html | string)[]): Html {
  const start = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`)].join(' ');
  if (EMPTY_ELEMENTS.has(name)) return new Html(`<${start}>`);
  const content = inside.map((one) => (typeof one === 'string' ? escaped(one) : one.markup)).join('');
  return new Html(`<${start}>${content}</${name}>`);
}

/** The signs of markup, and what would not come out of a page as it went in. */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
  ...{ '\r': '&#13;', '\0': '\uFFFD' },
};

const escaped = (text: string): string => text.replace(/[&<>"'\r\0]/g, (sign) => ESCAPES[sign] ?? '');

const isolated = (text: string): Html => element('bdi', {}, text);

const timeElement = (at: number, words: string): Html => element('time', { datetime: iso(at) }, words);

const iso = (at: number): string => new Date(at).toISOString();

const nameOf = ({ from, id }: Ref): string => `${from} ${id}`;

/** Enough to know a message by. */
const QUOTED_CHARACTERS = 200;

function beginning(text: string): string {
  const characters = [...text.slice(0, 2 * QUOTED_CHARACTERS + 2)];
  return characters.length > QUOTED_CHARACTERS ? `${characters.slice(0, QUOTED_CHARACTERS).join('')}…` : text;
}

const STYLE =
  ':root{color-scheme:light dark;font:1.0625rem/1.45 system-ui,sans-serif}' +
  'body{max-width:44rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}' +
  'h1{font-size:1.5rem}h2{margin:1.5rem 0 .5rem;font-size:1rem;text-align:center}' +
  'ol{margin:0;padding:0;list-style:none}li{margin:.75rem 0}' +
  '.me,.peer{padding:.5rem .75rem;border-inline-start:.25rem solid #f0b23e}.me{border-color:#1d5b53}' +
  'p{margin:.25rem 0}.text{white-space:pre-wrap;unicode-bidi:plaintext}' +
  'time,.note,.day,blockquote{opacity:.75;font-size:.9375rem}' +
  'blockquote{margin:.25rem 0;padding-inline-start:.5rem;border-inline-start:2px solid}' +
  '.reaction{margin-inline-end:.75rem;font-size:.9375rem}';

/** Of STYLE; its test computes it. */
const STYLE_HASH = 'sha256-RF3Txb4t9TmFkCQxpHebzLf7yG7UFnMZ2+VWpZl/KlM=';

const POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;
