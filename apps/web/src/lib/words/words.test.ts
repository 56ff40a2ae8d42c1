import { describe, expect, it } from 'vitest';

import { direction, languageFor, LANGUAGES, locale, m, regionOf, speak } from './words.svelte.ts';

describe('the words', () => {
  it('are those of the first language of the browser that there is', () => {
    expect(languageFor(['cy', 'de-AT', 'en'])).toBe('de');
    expect(languageFor(['zh-Hans-CN'])).toBe('zh');
    expect(languageFor(['cy'])).toBe('en');
    expect(languageFor(['constructor'])).toBe('en');
    expect(languageFor([])).toBe('en');
  });

  it('keep the region of the browser for dates and numbers', () => {
    expect(regionOf('en', ['de-AT', 'en-GB'])).toBe('en-GB');
    expect(regionOf('fr', ['de-AT', 'en-GB'])).toBe('fr');
  });

  it('are those that were asked for last', async () => {
    await Promise.all([speak('de'), speak('fr')]);
    expect(locale()).toBe('fr');
    await speak('en');
  });

  it('change with the language, and can be had in each', async () => {
    for (const language of Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]) {
      await speak(language);
      expect(locale()).toBe(language);
      expect(m().common_close()).not.toBe('');
    }
    await speak('en');
    expect(m().common_close()).toBe('Close');
  });

  it('run from right to left in Arabic', () => {
    expect(direction('ar')).toBe('rtl');
    expect(direction('de')).toBe('ltr');
  });
});
