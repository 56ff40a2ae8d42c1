import { describe, expect, it } from 'vitest';

import { GROUPS, inTone, loadEmoji, remember, search } from './emoji.ts';

const english = await loadEmoji('en');
const signs = (query: string, all = english): string[] => search(all, query, 20).map(({ sign }) => sign);

describe('emoji', () => {
  it('are found by their name and by what people call them', () => {
    expect(signs('waving hand')[0]).toBe('👋');
    expect(signs('hello')).toContain('👋');
    expect(signs('WAV')).toContain('👋');
    expect(signs('hand wave')).toContain('👋');
    expect(signs('👋')).toEqual(['👋']);
    expect(signs('piñata')).toEqual(signs('pinata'));
    expect(signs('pinata')).toContain('🪅');
  });

  it('are not found by the middle of a word, by nothing, or by what there is none of', () => {
    expect(signs('aving')).not.toContain('👋');
    expect(signs('  ')).toEqual([]);
    expect(signs('xyzzy')).toEqual([]);
    expect(signs('.*+?^${}()|[]\\')).toEqual([]);
  });

  it('whose name begins with what is looked for come first', () => {
    expect(search(english, 'cat', 20).map(({ name }) => name)[0]).toBe('cat');
  });

  it('have names in the language they were loaded in, or else in English', async () => {
    expect(signs('winkende Hand', await loadEmoji('de'))[0]).toBe('👋');
    expect(signs('手', await loadEmoji('ja'))).toContain('👋');
    expect(signs('手', await loadEmoji('zh'))).toContain('👋');
    expect(await loadEmoji('ar')).toEqual(english);
  });

  it('stand in nine categories, none of them empty, and parts of emoji in none', () => {
    expect([...new Set(english.map(({ group }) => group))].sort()).toEqual([...GROUPS].sort());
    expect(english.find(({ sign }) => sign === '🍎')?.group).toBe('food');
    expect(english.find(({ sign }) => sign === '🇸🇪')?.group).toBe('flags');
    expect(english.some(({ sign }) => ['🇸', '🏽', '🦰'].includes(sign))).toBe(false);
  });

  it('come in the skin tone that was chosen, where they have one', () => {
    const [wave] = search(english, '👋', 1);
    const [apple] = search(english, '🍎', 1);
    expect(wave && inTone(wave, 3)).toBe('👋🏽');
    expect(wave && inTone(wave, 0)).toBe('👋');
    expect(apple && inTone(apple, 3)).toBe('🍎');
  });

  it('used last stand first, each once, and not too many', () => {
    const used = english.slice(0, 30).reduce<ReturnType<typeof remember>>(remember, []);
    expect(used).toHaveLength(16);
    expect(used[0]).toBe(english[29]);
    const [, second] = used;
    expect(second && remember(used, second)[0]).toBe(second);
    expect(second && remember(used, second)).toHaveLength(16);
  });
});
