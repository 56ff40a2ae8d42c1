import { describe, expect, it } from 'vitest';

import { markupIn, notListed, readMarkup, TEMPLATE } from './markup.js';

describe('markup', () => {
  it('is read into its tags', () => {
    const { tags, unread } = readMarkup(
      '<!doctype html>\n<main>some <!> text<input readonly type="radio"/> <script>if (1 < 2) x("<p>")</script></main>',
    );
    expect(unread).toBe('');
    expect(tags.map(({ element, attributes, text }) => [element, Object.fromEntries(attributes), text])).toEqual([
      ['main', {}, ''],
      ['input', { readonly: '', type: 'radio' }, ''],
      ['script', {}, 'if (1 < 2) x("<p>")'],
    ]);
  });

  it.each([
    ['a tag without a space', '<iframe/src=x>'],
    ['an attribute without quotes', '<img src=x>'],
    ['an attribute in single quotes', "<img src='x'>"],
    ['an attribute that does not end', '<p style="x'],
    ['an attribute that ends in the next tag', '<p class="a><b class="c">'],
    ['an attribute twice', '<p class="a" class="b">'],
    ['an attribute without a space before it', '<p class="a"id="b">'],
    ['upper case', '<P>'],
    ['a tag that does not end', '<p '],
    ['an end that does not end', '</p <b>'],
    ['a comment', '<!-- <p> -->'],
    ['another doctype', '<!DOCTYPE svg [<!ENTITY a "b">]>'],
    ['a processing instruction', '<?xml version="1.0"?>'],
    ['a section of characters', '<![CDATA[<p>]]>'],
    ['a script that does not end', '<script>x()'],
    ['a script that ends otherwise', '<script>x()</SCRIPT>'],
    ['a script with the end of another element in it', '<script>x("</p>")</script>'],
    ['a script with a comment in it', '<script><!--<script></script>'],
    ['a title with a tag in it', '<title><meta></title>'],
    ['a field with a tag in it', '<textarea><p></textarea>'],
    ['a name with a colon', '<svg:path>'],
  ])('is not read on at %s', (_, markup) => {
    expect(readMarkup(`<p>before</p>${markup}`)).toMatchObject({ tags: [{ element: 'p' }], unread: markup });
  });
});

describe('a link that opens another page', () => {
  const problems = (/** @type {string} */ markup) => readMarkup(markup).tags.flatMap((tag) => notListed(tag, TEMPLATE));

  it('gives that page no way back', () => {
    expect(problems('<a target="_blank" rel="noopener noreferrer" class="button">')).toEqual([]);
    expect(problems('<a class="button">')).toEqual([]);
  });

  it.each([
    ['without rel', '<a target="_blank">'],
    ['with an empty one', '<a target="_blank" rel="">'],
    ['with half of it', '<a target="_blank" rel="noopener">'],
    ['with one that says more', '<a target="_blank" rel="noopener noreferrer opener">'],
  ])('is refused %s', (_, markup) => {
    expect(problems(markup)).not.toEqual([]);
  });
});

describe('a script', () => {
  it('has its markup in its strings', () => {
    const script = 'a<b>c;x("<p>","1 < 2",`text <b>`,`<i>${n}</i>`,\'<Buffer \',/<u>/)';
    expect(markupIn(script)).toEqual({ ok: true, markup: ['<p>', 'text <b>', '<i>${}</i>'] });
  });

  it('is read, or said to be unreadable', () => {
    expect(markupIn('x(')).toMatchObject({ ok: false });
  });
});
