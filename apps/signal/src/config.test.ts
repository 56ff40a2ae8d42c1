import { describe, expect, it } from 'vitest';

import { parseConfig } from './config.ts';

describe('the environment', () => {
  it('may be empty', () => {
    const nothingSet = { port: 3000, host: undefined, allowedOrigins: [], recordTo: undefined };
    expect(parseConfig({})).toEqual({ ok: true, config: nothingSet });
    expect(parseConfig({ PORT: '', HOST: ' ', ALLOWED_ORIGINS: '', PORCHLIGHT_RECORD: '' })).toEqual({
      ok: true,
      config: nothingSet,
    });
  });

  it('sets everything', () => {
    expect(
      parseConfig({
        PORT: '0',
        HOST: '::1',
        ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173',
        PORCHLIGHT_RECORD: '/tmp/record',
      }),
    ).toEqual({
      ok: true,
      config: {
        port: 0,
        host: '::1',
        allowedOrigins: ['https://a.example', 'http://localhost:5173'],
        recordTo: '/tmp/record',
      },
    });
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['HOST', 'two words'],
    ['HOST', 'http://localhost'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'chat.example.org'],
    ['ALLOWED_ORIGINS', 'https://chat.example.org/'],
    ['ALLOWED_ORIGINS', 'https://a.example,ftp://b.example'],
  ])('with %s=%s is refused in one sentence that names the variable', (name, value) => {
    const parsed = parseConfig({ [name]: value });
    const problem = parsed.ok ? '' : parsed.problem;
    expect(problem).toMatch(new RegExp(`^${name} [^\\n]+\\.$`));
  });
});
