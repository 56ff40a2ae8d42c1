import { expect, it } from 'vitest';

import { eachCheck, type Check } from './checks.ts';
import { examine } from './examine.ts';
import { browserWords, reportOf, type DoctorWords } from './report.ts';

const words: DoctorWords = {
  title: () => 'Report',
  label: (check) => `what ${check} is`,
  finding: (_, finding) => `it is ${finding}`,
  verdict: (name) => `it comes to ${name}`,
};

const SECRETS = [
  '192.0.2.77',
  '2001:db8::77',
  'hidden-host.example.org',
  'stun:',
  'turn:',
  'turns:',
  '1700000060:a-user-name',
  'a-credential',
  'candidate:',
  'b9a1f3c0-1111-4222-8333-444455556666.local',
  'https://',
  '#AQIDBA',
];

it('says what was found in our own words, and in brackets what it is in every language', () => {
  const report = reportOf(
    { ...eachCheck('good'), stun: 'bad' },
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    words,
  );
  expect(report.split('\n').slice(0, 4)).toEqual([
    'Report',
    'Firefox 140 on Linux',
    '[relayOnly] it comes to relayOnly',
    '',
  ]);
  expect(report).toContain('[stun bad] what stun is: it is bad');
  expect(report).toContain('[turn-tls good] what turn-tls is: it is good');
});

it('holds nothing of what the world said, however much it says', async () => {
  const everything = SECRETS.join(' ');
  const credential = { username: '1700000060:a-user-name', credential: 'a-credential' };
  const fails = () => Promise.reject(new Error(everything));
  for (const works of [() => Promise.resolve(true), fails]) {
    const told: [Check, unknown][] = [];
    const found = await examine(
      {
        isSecure: () => true,
        hasWebrtc: () => true,
        server: () =>
          Promise.resolve([
            { urls: 'stun:hidden-host.example.org' },
            { urls: 'turn:192.0.2.77?transport=udp', ...credential },
            { urls: 'turns:[2001:db8::77]:443?transport=tcp', ...credential },
          ]),
        self: works,
        gathers: works,
        storage: works,
      },
      (check, finding) => told.push([check, finding]),
    );
    const report = reportOf(
      found,
      `Mozilla/5.0 (${everything}) Chrome/1700000060 Firefox/192.0.2.77 ${everything}`,
      words,
    );
    for (const secret of SECRETS) {
      expect(report.toLowerCase()).not.toContain(secret.toLowerCase());
      expect(JSON.stringify(told)).not.toContain(secret);
    }
    // Nothing but words: no number longer than a browser's version, no name with dots, no address.
    expect(report).not.toMatch(/\d{4,}|\d[.:]\d|\w\.\w/);
  }
});

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36',
    'Chrome 137 on Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0',
    'Edge 137 on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Safari 18 on macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/137.0.7151.51 Mobile/15E148 Safari/604.1',
    'Chrome 137 on iOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    'Samsung Internet 28 on Android',
  ],
  ['a text of 192.0.2.77', 'Another browser on another system'],
  ['Firefox/1700000060', 'Another browser on another system'],
])('of the user agent %j it tells %j', (userAgent, words) => {
  expect(browserWords(userAgent)).toBe(words);
});
