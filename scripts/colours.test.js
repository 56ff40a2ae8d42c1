import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { coloursIn, contrast } from './colours.js';
import { at } from './places.js';

const GROUNDS = ['ceiling', 'floor', 'surface', 'surface-sunk'];

/** What is written on what. WCAG 2.2, 1.4.3: at least 4.5. */
const WRITTEN = {
  ink: [...GROUNDS, 'theirs', 'theirs-sunk'],
  'ink-soft': [...GROUNDS, 'theirs', 'theirs-sunk'],
  door: GROUNDS,
  'on-door': ['door', 'door-deep'],
  'on-tint': ['tint', 'tint-strong'],
  'on-badge': ['badge'],
  'lamp-ink': ['lamp-soft'],
  good: ['floor', 'surface', 'surface-sunk'],
  alarm: [...GROUNDS, 'alarm-soft', 'alarm-strong'],
  link: ['floor', 'surface', 'theirs', 'theirs-sunk'],
  'on-mine': ['mine', 'mine-sunk'],
  'on-mine-soft': ['mine', 'mine-sunk'],
  'mine-link': ['mine', 'mine-sunk'],
  seen: ['mine'],
  'on-theirs': ['theirs', 'theirs-sunk'],
  'on-theirs-soft': ['theirs', 'theirs-sunk'],
  'on-mark': ['mark', 'mark-now'],
};

/** What must be seen to be used: the edge of a field, the ring of the focus. WCAG 2.2, 1.4.11: at least 3. */
const SEEN = {
  'line-strong': ['floor', 'surface', 'surface-sunk'],
  focus: GROUNDS,
  door: GROUNDS,
};

const css = readFileSync(at('apps', 'web', 'src', 'app.css'), 'utf8');
const schemes = Object.entries(coloursIn(css));

describe.each(schemes)('the colours in %s', (scheme, colours) => {
  /** @param {Record<string, string[]>} pairs @param {number} least */
  const tooWeak = (pairs, least) =>
    Object.entries(pairs).flatMap(([front, grounds]) =>
      grounds
        .map((ground) => ({ front, ground, is: contrast(colours[front] ?? '', colours[ground] ?? '') }))
        .filter(({ is }) => !(is >= least))
        .map((pair) => `--${pair.front} on --${pair.ground}: ${pair.is.toFixed(2)}`),
    );

  it('let every text be read', () => {
    expect(tooWeak(WRITTEN, 4.5)).toEqual([]);
  });

  it('let every edge be seen that must be', () => {
    expect(tooWeak(SEEN, 3)).toEqual([]);
  });

  it('begin the page where the bar of the browser ends', () => {
    const page = readFileSync(at('apps', 'web', 'src', 'app.html'), 'utf8');
    expect(page).toContain(`content="${colours['ceiling'] ?? ''}" media="(prefers-color-scheme: ${scheme})"`);
  });
});

describe('contrast', () => {
  it('is what WCAG computes', () => {
    expect(contrast('#000000', '#ffffff')).toBe(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#123456', '#123456')).toBe(1);
  });

  it('is none of a colour that there is not', () => {
    expect(contrast('', '#ffffff')).toBeNaN();
  });
});

it('A dark scheme lays its colours over the others', () => {
  const { light, dark } = coloursIn(
    ':root {\n  --ink: #111111;\n  --lamp: #222222;\n}\n\n@media (prefers-color-scheme: dark) {\n  :root {\n    --ink: #eeeeee;\n  }\n}\n\np {\n  --ink: #123456;\n}\n',
  );
  expect(light).toEqual({ ink: '#111111', lamp: '#222222' });
  expect(dark).toEqual({ ink: '#eeeeee', lamp: '#222222' });
});
