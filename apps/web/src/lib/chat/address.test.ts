import { describe, expect, it } from 'vitest';

import { addressOf } from './address.ts';

describe('an address', () => {
  it('is opened over https if it was written without a scheme', () => {
    expect(addressOf('example.org/x')?.href).toBe('https://example.org/x');
    expect(addressOf('http://example.org/x')?.href).toBe('http://example.org/x');
  });

  it.each([
    ['https://example.org/a/b?c#d', 'https://', 'example.org', '/a/b?c#d'],
    ['https://example.org:8443', 'https://', 'example.org:8443', '/'],
    ['https://example.org:443/', 'https://', 'example.org', '/'],
    ['https://bank.com@evil.example/x', 'https://bank.com@', 'evil.example', '/x'],
    ['https://bank.com:80@evil.example:81/x', 'https://bank.com:80@', 'evil.example:81', '/x'],
    ['https:\\\\evil.example\\@bank.com', 'https://', 'evil.example', '/@bank.com'],
    ['https://bücher.example/ü', 'https://', 'xn--bcher-kva.example', '/%C3%BC'],
    // Signs with nothing behind them, which are in the address and in none of its parts.
    ['https://lbean.example/?', 'https://', 'lbean.example', '/?'],
    ['https://a:b@example.org:8443?#', 'https://a:b@', 'example.org:8443', '/?#'],
    ['https://:@[::1]:8443/#', 'https://', '[::1]:8443', '/#'],
  ])('%s: the host is told apart from what is around it', (written, before, host, after) => {
    const address = addressOf(written.replace(/^https:\\\\/, 'https://'));
    expect(address).toMatchObject({ before, host, after });
    expect(`${address?.before}${address?.host}${address?.after}`).toBe(address?.href);
  });

  it('is shown in its own letters beside the ASCII', () => {
    expect(addressOf('https://аррӏе.com')).toMatchObject({ host: 'xn--80ak6aa92e.com', inLetters: 'аррӏе.com' });
    expect(addressOf('https://xn--80ak6aa92e.com')?.inLetters).toBe('аррӏе.com');
    expect(addressOf('https://example.com')?.inLetters).toBeNull();
  });

  it.each([
    ['https://example.org/', []],
    ['https://müller.de/', []],
    ['https://пример.рф/', []],
    ['https://россия.com/', []],
    ['https://日本語とabcカナ.jp/', []],
    ['https://한국어abc.kr/', []],
    ['https://bank.com@evil.example/', ['user-info']],
    ['https://:secret@evil.example/', ['user-info']],
    ['https://аррӏе.com/', ['look-alike']],
    ['https://www.сосо.org/', ['look-alike']],
    ['https://сосо.рф/', []],
    ['https://wıkipedia.org/', ['look-alike']],
    ['https://pаypal.com/', ['look-alike', 'mixed-scripts']],
    ['https://gооgle.рф/', ['mixed-scripts']],
    ['https://εxample.com/', ['look-alike', 'mixed-scripts']],
    ['https://абв中.com/', ['mixed-scripts']],
    ['https://93.184.216.34/', ['ip-number']],
    ['https://0x5db8d822/', ['ip-number']],
    ['https://[2001:db8::1]/', ['ip-number']],
    ['https://example.org/\u202Egpj.exe', ['hidden-characters']],
    ['https://example.org/a\u200Bb', ['hidden-characters']],
    ['http://example.org/', ['not-https']],
    [`https://example.org/${'x'.repeat(600)}`, ['very-long']],
    ['http://a:b@127.1/', ['user-info', 'ip-number', 'not-https']],
  ])('%s is shown with %j', (written, warnings) => {
    expect(addressOf(written)?.warnings).toEqual(warnings);
  });

  it.each(['', 'https://', 'javascript:alert(1)', 'https:// x', 'https://exa<mple', 'https://%00', 'https://a\uD800'])(
    '%j is none',
    (written) => {
      expect(addressOf(written)).toBeNull();
    },
  );
});
