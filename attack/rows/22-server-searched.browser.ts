import { readFileSync } from 'node:fs';

import { deriveInvite, extract, parseLink } from '@porchlight/invite';

import { expect, test as porch } from '../../e2e/porch.ts';
import type { Guest, Host } from '../../e2e/people.ts';
import { tracesOf } from '../../e2e/traces.ts';
import { type Form, type Needle, findIn, formsOf, memoryOf, textNeedle } from '../heap.ts';
import { title } from '../table.ts';
import { type WatchedServer, startWatched } from '../watched-server.ts';

const test = porch.extend<{ server: WatchedServer }>({
  server: async ({ clock }, use, testInfo) => {
    expect(clock, 'the server of this row has the real clock').toBe(false);
    const folder = testInfo.outputPath('heap');
    const server = await startWatched({ recordTo: testInfo.outputPath('relay.jsonl'), folder });
    await use(server);
    await server.stop();
  },
});

const NAMES = { host: 'Hortensia Quillfeather', declined: 'Balthazar Wimpole', guest: 'Ottoline Brackenbury' };
const TEXTS = {
  first: 'the walnut is under the third stair',
  answer: 'velvet umbrellas at midnight',
  last: 'mind the zeppelin',
};
const ADDRESS = 'the clients’ address';
/** Words of an SDP and of the items that carry one. */
const WORDS = ['candidate:', 'candidates', 'ice-ufrag', 'fingerprint', 'a=setup', 'typ host', 'webrtc-datachannel'];

test(title(22), async ({ server, host, guest, newGuest }, testInfo) => {
  test.setTimeout(180_000);

  const link = await test.step('a whole run: declined, let in, said, lost, said, ended', async () => {
    const sent = await host.invites(NAMES.host);
    const first = await newGuest();
    await first.opens(sent);
    await first.asks(NAMES.declined);
    await host.hearsKnock(NAMES.declined);
    await host.declines();
    await first.page.context().close();

    await guest.opens(sent);
    await guest.asks(NAMES.guest);
    await host.hearsKnock(NAMES.guest);
    await host.letsIn();
    await host.isConnected();
    await guest.isConnected();
    await guest.says(TEXTS.first);
    await host.hears(TEXTS.first);
    await host.says(TEXTS.answer);
    await guest.hears(TEXTS.answer);
    await guest.losesTheLine();
    await guest.says(TEXTS.last);
    await host.hears(TEXTS.last);
    return sent;
  });

  const needles = [...secretsOf(link), ...(await spoken(host, guest)), ...textNeedles()];
  const forms = formsOf(needles);
  const inviteId = formsOf([{ name: 'the invite id', bytes: inviteIdOf(link) }]);
  const address = formsOf([textNeedle(ADDRESS, server.clientAddress)]);

  await test.step('its heap and its memory while they talk', async () => {
    const heap = await server.strings();
    expect(server.clients(), 'control: the browsers are connected, from that address').toBeGreaterThan(1);
    expect(findIn([heap], inviteId), 'control: the invite id is found in its heap').not.toEqual([]);
    expect(findIn([heap], forms), 'secrets in its heap').toEqual([]);
    await forgets(server, address);
    expect(findIn(memoryOf(server.pid), inviteId), 'control: the invite id is found in its memory').not.toEqual([]);
    expect(findIn(memoryOf(server.pid), forms), 'secrets in its memory').toEqual([]);
  });

  await host.ends();
  await guest.sees('Chat ended');
  await host.page.context().close();
  await guest.page.context().close();
  await expect.poll(() => server.clients(), { message: 'the browsers are gone', timeout: 60_000 }).toBe(0);

  const left = await test.step('its heap and its memory when they are gone', async () => {
    const heap = await server.strings();
    expect(findIn([heap], forms), 'secrets in its heap').toEqual([]);
    await forgets(server, address);
    const found = findIn(memoryOf(server.pid), [...forms, ...address]);
    const isAddress = (what: string): boolean => what.startsWith(ADDRESS);
    expect(
      found.filter((what) => !isAddress(what)),
      'secrets in its memory',
    ).toEqual([]);
    return found.some(isAddress);
  });

  await test.step('its log', () => {
    const log = Buffer.from(server.output());
    expect(
      log.includes(Buffer.from(inviteIdOf(link)).toString('base64url').slice(0, 6)),
      'control: it tells of the invite',
    ).toBe(true);
    expect(findIn([log], [...forms, ...address]), 'secrets and addresses in its log').toEqual([]);
    expect(
      WORDS.filter((word) => log.includes(word)),
      'words of an SDP in its log',
    ).toEqual([]);
  });

  await test.step('its traffic', () => {
    const record = readFileSync(testInfo.outputPath('relay.jsonl'));
    expect(
      record.includes(Buffer.from(inviteIdOf(link)).toString('base64url')),
      'control: it tells of the invite',
    ).toBe(true);
    expect(findIn([record, boxesIn(record)], [...forms, ...address]), 'secrets and addresses in its traffic').toEqual(
      [],
    );
    for (const word of WORDS) expect(tracesOf(word, record), `“${word}” in its traffic`).toEqual([]);
  });

  testInfo.annotations.push({
    type: 'figure',
    description:
      `${needles.length} secrets in ${forms.length} forms: none in log, traffic, heap and raw memory; the address in none of ` +
      `log, traffic and heap${left ? ', but left in memory that nothing has reused yet' : ', nor left in raw memory'}`,
  });
});

/** A socket that has not said what it wants yet has an address; one that has, has none, and the first are cut off soon. */
async function forgets(server: WatchedServer, address: readonly Form[]): Promise<void> {
  const addresses = async () => findIn([await server.strings()], address);
  await expect.poll(addresses, { message: 'addresses in its heap', timeout: 60_000, intervals: [5_000] }).toEqual([]);
}

/** The link, what is in it, and what is derived from it and not meant for the server. */
function secretsOf(link: string): Needle[] {
  const parsed = parseLink(link);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { secret, hostPublicKey } = parsed.invite;
  return [
    textNeedle('the fragment', link.slice(link.indexOf('#') + 1)),
    { name: 'the secret', bytes: secret },
    { name: 'the host key', bytes: hostPublicKey },
    { name: 'the psk', bytes: deriveInvite(parsed.invite).psk },
    { name: 'the prk', bytes: extract(Buffer.from('porchlight1 link'), secret) },
  ];
}

function inviteIdOf(link: string): Uint8Array {
  const parsed = parseLink(link);
  if (!parsed.ok) throw new Error(parsed.problem);
  return deriveInvite(parsed.invite).inviteId;
}

const textNeedles = (): Needle[] =>
  [...Object.values(NAMES), ...Object.values(TEXTS)].map((text) => textNeedle(`“${text}”`, text));

/** What the two browsers told each other of their connections: credentials, certificates and addresses. */
async function spoken(...people: (Host | Guest)[]): Promise<Needle[]> {
  const spoken = await Promise.all(
    people.map(({ page }) =>
      page.evaluate(() =>
        window.porchTest.connections.flatMap((one) => [
          one.localDescription?.sdp ?? '',
          one.remoteDescription?.sdp ?? '',
        ]),
      ),
    ),
  );
  const values = new Map<string, Uint8Array>();
  for (const sdp of spoken.flat()) {
    for (const [, pwd = ''] of sdp.matchAll(/^a=ice-pwd:(.*?)\r?$/gm)) values.set(`ice-pwd ${pwd}`, Buffer.from(pwd));
    for (const [, print = ''] of sdp.matchAll(/^a=fingerprint:sha-256 (.*?)\r?$/gm)) {
      values.set(`fingerprint ${print} as text`, Buffer.from(print));
      values.set(`fingerprint ${print}`, Buffer.from(print.replaceAll(':', ''), 'hex'));
    }
    for (const [, host = '', port = ''] of sdp.matchAll(/^a=candidate:\S+ \d+ \S+ \d+ (\S+) (\d+) /gm)) {
      values.set(`candidate ${host} ${port}`, Buffer.from(`${host} ${port}`));
    }
  }
  expect(values.size, 'control: the browsers did say something').toBeGreaterThan(5);
  return [...values].map(([name, bytes]) => ({ name, bytes }));
}

/** What was in base64 in the traffic, decoded. */
function boxesIn(record: Buffer): Buffer {
  const packed = record.toString('latin1').match(/[\w-]{16,}/g) ?? [];
  return Buffer.concat(packed.map((text) => Buffer.from(text, 'base64url')));
}
