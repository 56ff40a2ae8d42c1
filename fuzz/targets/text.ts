import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';

import fc from 'fast-check';

import { MAX_TEXT_BYTES, cleanName, decodeText, encodeText, textBytes } from '../../apps/web/src/lib/chat/text.ts';
import { bytesNear, textNear } from '../hostile.ts';
import { target } from '../target.ts';

const said = ['hello', '👩‍👩‍👧 family', 'שלום עולם', 'مرحبا', '\uFEFFmark', 'a\nb', 'é'.repeat(MAX_TEXT_BYTES / 2)];

export const texts = target({
  name: 'texts of the peer',
  runs: 300,
  inputs: bytesNear(...said.map(encodeText), new Uint8Array(MAX_TEXT_BYTES + 1).fill(0x61)),
  prepare: (bytes) => () => decodeText(bytes),
  judge(text, bytes) {
    assert.equal(text !== null, bytes.length >= 1 && bytes.length <= MAX_TEXT_BYTES && isUtf8(bytes));
    if (text !== null) assert.deepEqual(encodeText(text), new Uint8Array(bytes));
  },
  maxResult: () => MAX_TEXT_BYTES,
});

export const ownTexts = target({
  name: 'texts of one’s own',
  runs: 300,
  inputs: textNear(...said),
  prepare: (text) => () => ({ bytes: encodeText(text), length: textBytes(text) }),
  judge({ bytes, length }, text) {
    assert.equal(length, bytes.length);
    assert.deepEqual(Buffer.from(bytes), Buffer.from(text));
  },
  maxResult: (text) => 3 * text.length + 64,
});

/** As long as a name can be on the wire. */
const MAX_WIRE_NAME = 256;
const names = ['Mia Müller', 'نور', '👩‍🌾', 'e\u0301', `Z${'\u0336\u0315\u031B'.repeat(20)}algo`, '\u202Eevil\u2066'];
/** Nothing of these may be shown: controls, separators of lines, halves of pairs, private use, … */
const HIDDEN = /\p{Cc}|\p{Cs}|\p{Co}|\p{Zl}|\p{Zp}/u;
/** … and what reorders or is drawn as nothing, from one code point to another. */
const HIDDEN_RANGES = [
  ...[
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x61c, 0x61c],
    [0x115f, 0x1160],
    [0x180b, 0x180f],
    [0x200b, 0x200c],
    [0x200e, 0x200f],
  ],
  ...[
    [0x202a, 0x202e],
    [0x2060, 0x206f],
    [0x2800, 0x2800],
    [0x3164, 0x3164],
    [0xfe00, 0xfe0d],
    [0xfeff, 0xfeff],
  ],
  ...[
    [0xffa0, 0xffa0],
    [0xe0000, 0xe0fff],
  ],
] as const;
/** Joiners and selectors take no room: marks on either side of them are drawn on the same letter. */
const NO_ROOM = /\u200D|\uFE0E|\uFE0F/gu;

export const peerNames = target({
  name: 'names',
  runs: 400,
  inputs: fc.oneof(textNear(...names), fc.string({ unit: 'grapheme' })).map((name) => name.slice(0, MAX_WIRE_NAME)),
  prepare: (name) => () => cleanName(name),
  judge(name) {
    assert.ok([...name].length <= 32, '≤ 32 characters');
    assert.doesNotMatch(name, HIDDEN, 'nothing invisible');
    assert.ok(
      [...name].every((character) => !isHidden(character.codePointAt(0) ?? 0)),
      'nothing invisible',
    );
    assert.equal(name, name.trim());
    assert.doesNotMatch(name, /[^\S ]/, 'one line, and no space but the plain one');
    assert.doesNotMatch(name.replaceAll(NO_ROOM, ''), /\p{M}{3}/u, 'at most two marks on a letter');
    assert.ok(name === '' || /[\p{L}\p{N}\p{P}\p{S}]/u.test(name), 'something to see, or empty');
  },
  maxResult: () => 64,
});

const isHidden = (code: number): boolean => HIDDEN_RANGES.some(([from, to]) => code >= from && code <= to);
