import assert from 'node:assert/strict';

import fc from 'fast-check';

import { cleanCandidate } from '../../apps/web/src/lib/transport/candidate.ts';
import {
  type Description,
  descriptionSchema,
  fingerprintBytes,
  printSdp,
  readSdp,
} from '../../apps/web/src/lib/transport/description.ts';
import { textNear, valueNear } from '../hostile.ts';
import { target } from '../target.ts';

const MAX_MESSAGE_BYTES = 16_384;
const offer: Description = {
  type: 'description',
  kind: 'offer',
  ufrag: 'nmKP',
  pwd: 'abcdefghijklmnopqrstuv+/',
  fingerprint: `${'B'.repeat(42)}A`,
  setup: 'actpass',
};
const answer: Description = { ...offer, kind: 'answer', setup: 'active' };
const sdp = printSdp(offer, MAX_MESSAGE_BYTES);
/** The longest description: two texts of 256 characters and the small ones, with the names of their fields. */
const MAX_DESCRIPTION = 700;

function read(value: unknown): Description | null {
  const result = descriptionSchema['~standard'].validate(value);
  if (result instanceof Promise) throw new Error('nothing here waits for anything');
  return result.issues ? null : result.value;
}

export const descriptions = target({
  name: 'descriptions of the peer',
  runs: 400,
  inputs: valueNear(offer, answer),
  prepare: (value) => () => read(value),
  judge(description, value) {
    if (description === null) {
      assert.notDeepEqual(value, offer);
      assert.notDeepEqual(value, answer);
      return;
    }
    assert.ok(typeof value === 'object' && value !== null);
    assert.deepEqual(description, { ...value });
    requireDescription(description);
  },
  maxResult: () => MAX_DESCRIPTION,
});

const browserSdp = sdp.replace(
  'a=mid:0',
  'a=mid:0\r\na=candidate:1 1 udp 1 192.0.2.7 9 typ host\r\na=max-message-size:262144',
);

export const sdps = target({
  name: 'SDP',
  runs: 300,
  inputs: fc.tuple(fc.constantFrom('offer', 'answer'), textNear(sdp, browserSdp)),
  prepare:
    ([kind, text]) =>
    () =>
      readSdp(kind, text),
  judge(description, [kind, text]) {
    if (description === null) assert.ok(kind === 'answer' || text !== sdp);
    else {
      assert.equal(description.kind, kind);
      requireDescription(description);
    }
  },
  maxResult: () => MAX_DESCRIPTION,
});

/** What is printed of it is the one template: nothing in its parts adds a line, and nothing of them is lost. */
function requireDescription(description: Description): void {
  assert.equal(fingerprintBytes(description).length, 32);
  assert.match(description.ufrag, /^[A-Za-z0-9+/]{4,256}$/);
  assert.match(description.pwd, /^[A-Za-z0-9+/]{22,256}$/);
  const printed = printSdp(description, MAX_MESSAGE_BYTES);
  const names = (text: string) => text.split(/\r\n|\r|\n/).map((line) => line.split(/[:=]/).slice(0, 2).join());
  assert.deepEqual(names(printed).map(withoutValue), names(sdp).map(withoutValue));
  assert.match(printed, /^[\x20-\x7e\r\n]*$/);
  assert.deepEqual(readSdp(description.kind, printed), description);
}

const withoutValue = (line: string): string => (line.startsWith('a,') ? line : line.slice(0, 1));

const genuine = [
  'candidate:1125299075 1 udp 2113937151 8f186ce6-ac22-4943-ab1a-8c767e962a0a.local 43788 typ host generation 0',
  'candidate:0 1 UDP 2122252543 192.0.2.7 50000 typ host',
  'candidate:2 1 udp 1686052607 203.0.113.9 61000 typ srflx raddr 192.0.2.7 rport 50000 generation 0',
  'candidate:3 1 udp 41885439 2001:db8::1 3478 typ relay raddr :: rport 9',
];
const CLEAN =
  /^candidate:[A-Za-z0-9+/]{1,32} 1 udp (\d{1,10}) ([0-9A-Fa-f:.]+|[0-9a-f-]{36}\.local) (\d{1,5}) typ (?:host|srflx|prflx|relay)(?: raddr (?:[0-9A-Fa-f:.]+|[0-9a-f-]{36}\.local) rport (\d{1,5}))?$/i;

const number = fc.constantFrom('0', '9', '65535', '65536', '99999', '4294967295', '4294967296', '-1', '1e3', '٣');
const address = fc.constantFrom(
  '192.0.2.7',
  '256.0.2.7',
  '1.2.3',
  '2001:db8::1',
  '::',
  'fe80::1%eth0',
  'a.example',
  '',
);
const kind = fc.constantFrom('host', 'srflx', 'PRFLX', 'relay', 'other');

/** The form of a candidate, and in its places what belongs there or almost does. */
const composed = fc
  .tuple(number, address, number, kind, fc.constantFrom('', ' raddr '), address, number)
  .map(([priority, at, port, type, related, from, fromPort]) => {
    const rest = related === '' ? '' : `${related}${from} rport ${fromPort}`;
    return `candidate:1 1 udp ${priority} ${at} ${port} typ ${type}${rest}`;
  });

export const candidates = target({
  name: 'candidates',
  runs: 600,
  inputs: fc.oneof({ weight: 3, arbitrary: textNear(...genuine) }, { weight: 1, arbitrary: composed }),
  prepare: (text) => () => cleanCandidate(text),
  judge(clean, text) {
    if (clean === null) {
      assert.ok(!genuine.includes(text));
      return;
    }
    const [, priority, , port, relatedPort] = CLEAN.exec(clean) ?? [];
    assert.ok(priority !== undefined, `${JSON.stringify(clean)} has the parts of a candidate and nothing else`);
    assert.ok(Number(priority) < 2 ** 32 && Number(port) < 2 ** 16 && Number(relatedPort ?? 0) < 2 ** 16);
    assert.equal(cleanCandidate(clean), clean);
    const [own = '', related] = clean.split(' raddr ');
    assert.ok(text.toLowerCase().startsWith(own.toLowerCase()), 'every part is from the text');
    assert.ok(['0.0.0.0 rport 0', ':: rport 0', undefined].includes(related), 'where it was found from is not told');
  },
  maxResult: (text) => text.length + '0.0.0.0'.length,
});
