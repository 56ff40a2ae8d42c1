import { readFileSync } from 'node:fs';

import { deriveInvite, parseLink, type Invite } from '@porchlight/invite';

import { expect, test as porch } from '../../e2e/porch.ts';
import type { Guest, Host } from '../../e2e/people.ts';
import { tracesOf, unpacked } from '../../e2e/traces.ts';
import { type Form, type Needle, findIn, formsOfAll, memoryOfProcess } from '../heap.ts';
import { linkNeedles } from '../known-keys.ts';
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

  const needles = [...linkNeedles(link), hostKeyOf(link), ...(await spoken(host, guest)), ...textNeedles()];
  const forms = formsOfAll(needles);
  const inviteId = formsOfAll([{ name: 'the invite id', value: inviteIdOf(link) }]);
  const address = formsOfAll([{ name: ADDRESS, value: server.clientAddress }]);

  await test.step('its heap and its memory while they talk', async () => {
    const heap = await server.strings();
    expect(server.clients(), 'control: the browsers are connected, from that address').toBeGreaterThan(1);
    expect(findIn([heap], inviteId), 'control: the invite id is found in its heap').not.toEqual([]);
    expect(findIn([heap], forms), 'secrets in its heap').toEqual([]);
    await forgets(server, address);
    const found = rawOf(server, [...inviteId, ...forms]);
    if (found === null) return;
    const isId = (what: string): boolean => inviteId.some((form) => form.what === what);
    expect(found.some(isId), 'control: the invite id is found in its memory').toBe(true);
    expect(
      found.filter((what) => !isId(what)),
      'secrets in its memory',
    ).toEqual([]);
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
    const found = rawOf(server, [...forms, ...address]);
    if (found === null) return null;
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
    expect(findIn([record, unpacked(record)], [...forms, ...address]), 'secrets and addresses in its traffic').toEqual(
      [],
    );
    for (const word of WORDS) expect(tracesOf(word, record), `“${word}” in its traffic`).toEqual([]);
  });

  testInfo.annotations.push({
    type: 'figure',
    description:
      `${needles.length} secrets in ${forms.length} forms: none in log, traffic and heap; the address in none of them; ` +
      (left === null
        ? 'raw memory may not be read here'
        : `no secret in raw memory, the address ${left ? 'left where nothing has reused it yet' : 'neither'}`),
  });
});

/** What of this is in the memory of its process, and of its Redis, dead or alive. Null where that may not be read. */
function rawOf({ pid, redisPid }: WatchedServer, forms: readonly Form[]): string[] | null {
  const memories = [pid, ...(redisPid === null ? [] : [redisPid])].map(memoryOfProcess);
  const found = memories.flatMap((memory) => (memory === null ? [] : findIn(memory, forms)));
  return memories.includes(null) ? null : found;
}

/** A socket that has not said what it wants yet has an address; one that has, has none, and the first are cut off soon. */
async function forgets(server: WatchedServer, address: readonly Form[]): Promise<void> {
  const addresses = async () => findIn([await server.strings()], address);
  await expect.poll(addresses, { message: 'addresses in its heap', timeout: 60_000, intervals: [5_000] }).toEqual([]);
}

function inviteOf(link: string): Invite {
  const parsed = parseLink(link);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.invite;
}

const hostKeyOf = (link: string): Needle => ({ name: 'the host key', value: inviteOf(link).hostPublicKey });
const inviteIdOf = (link: string): Uint8Array => deriveInvite(inviteOf(link)).inviteId;

const textNeedles = (): Needle[] =>
  [...Object.values(NAMES), ...Object.values(TEXTS)].map((text) => ({ name: `“${text}”`, value: text }));

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
  const values = new Map<string, string | Uint8Array>();
  for (const sdp of spoken.flat()) {
    for (const [, pwd = ''] of sdp.matchAll(/^a=ice-pwd:(.*?)\r?$/gm)) values.set(`ice-pwd ${pwd}`, pwd);
    for (const [, print = ''] of sdp.matchAll(/^a=fingerprint:sha-256 (.*?)\r?$/gm)) {
      values.set(`fingerprint ${print} as text`, print);
      values.set(`fingerprint ${print}`, Buffer.from(print.replaceAll(':', ''), 'hex'));
    }
    for (const [, host = '', port = ''] of sdp.matchAll(/^a=candidate:\S+ \d+ \S+ \d+ (\S+) (\d+) /gm)) {
      values.set(`candidate ${host} ${port}`, `${host} ${port}`);
    }
  }
  expect(values.size, 'control: the browsers did say something').toBeGreaterThan(5);
  return [...values].map(([name, value]) => ({ name, value }));
}
