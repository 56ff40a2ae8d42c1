import { readFileSync } from 'node:fs';

import { meet } from './people.ts';
import { expect, test } from './porch.ts';
import { tracesOf } from './traces.ts';

// That the server reads nothing private is checked after every test (porch.ts). Here: that this check can fail.

test('the record holds what the server relays', async ({ host, guest }, testInfo) => {
  await meet(host, guest);
  await guest.says('a message that the server must not see');
  await host.hears('a message that the server must not see');
  const record = readFileSync(testInfo.outputPath('relay.jsonl'));
  for (const name of ['invite:open', 'invite:claim', 'invite:commit', 'relay', 'relayed']) {
    expect(tracesOf(`"${name}"`, record)).toContain('utf-8 in plain');
  }
  // Two handshake messages with ML-KEM inside cannot be shorter.
  expect(record.length).toBeGreaterThan(4000);
});

for (const [form, write] of [
  ['utf-8 in plain', (text: string) => text],
  ['utf-16le in plain', (text: string) => Buffer.from(text, 'utf16le')],
  ['utf-16be in plain', (text: string) => Buffer.from(text, 'utf16le').swap16()],
  ['hex in plain', (text: string) => Buffer.from(text).toString('hex')],
  ['HEX in plain', (text: string) => Buffer.from(text).toString('hex').toUpperCase()],
  ['base64 +0 in plain', (text: string) => Buffer.from(text).toString('base64')],
  ['base64 +1 in plain', (text: string) => Buffer.from(`x${text}`).toString('base64')],
  ['base64url +2 in plain', (text: string) => Buffer.from(`xy${text}`).toString('base64url')],
  ['utf-8 inside base64', (text: string) => Buffer.from(`box ${text} box`).toString('base64url')],
  ['utf-16le inside base64', (text: string) => Buffer.from(text, 'utf16le').toString('base64url')],
  ['json in plain', (text: string) => JSON.stringify(text)],
] as const) {
  test(`the search finds a text written as ${form}`, () => {
    const text = 'Grüße, "Mia"? ~~~>>>';
    const record = Buffer.concat([Buffer.from('{"payload":"'), Buffer.from(write(text)), Buffer.from('"}')]);
    expect(tracesOf(text, record)).toContain(form);
    expect(tracesOf('something else', record)).toEqual([]);
  });
}
