import { deriveInvite, parseLink } from '@porchlight/invite';

import { expect, test } from '../../e2e/porch.ts';
import type { Guest, Host } from '../../e2e/people.ts';
import * as reference from '../../libs/channel/vectors/reference.ts';
import { type Needle, findIn, formsOfAll } from '../heap.ts';
import { type HandshakeKeys, chainOf, handshakeIn, linkNeedles, mintedBy } from '../known-keys.ts';
import { liveOf, rawOf, watchBytes } from '../page-heap.ts';
import { drawSteadily, drawsOf } from '../steady-page.ts';
import { title } from '../table.ts';

const SEEDS = { host: 13, guest: 31 };
/** More frames than this row sends in one direction and key-epoch. */
const FRAMES = 200;
/** Of each side, so that the keys change once: a rekey comes after 128 frames, and every text has its ack. */
const TEXTS = 36;

// What a page still holds must be clean. Copies that the engine made and let go of cannot be reached by a page: what is
// left of them in the memory of the process is said as a figure.
test(title(13), async ({ host, guest, browserOf }, testInfo) => {
  test.setTimeout(180_000);
  await watchBytes(host.page);
  await drawSteadily(host.page, SEEDS.host);
  await drawSteadily(guest.page, SEEDS.guest);
  const record = testInfo.outputPath('relay.jsonl');

  const link = await host.invites();
  const parsed = parseLink(link);
  if (!parsed.ok) throw new Error(parsed.problem);
  const invite = mintedBy(await drawsOf(host.page, SEEDS.host), parsed.invite.secret);
  expect(invite.hostPublicKey, 'control: the draws are those of this link').toEqual(parsed.invite.hostPublicKey);
  const ofLink = [...linkNeedles(link), { name: 'the claim token', value: deriveInvite(invite).claimToken }];
  await guest.opens(link);
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');

  await test.step('before Let in: the search finds what is needed', async () => {
    const found = await living(host, ofLink);
    for (const name of ['the link’s fragment', 'the secret', 'the psk', 'the claim token']) {
      expect(found, `control: ${name}, which still opens the door`).toContain(name);
    }
  });

  await host.letsIn();
  await host.isConnected();
  await guest.isConnected();
  await guest.says('hello');
  await host.hears('hello');
  await host.says('hello yourself');
  await guest.sawDelivered('hello');
  const keys = handshakeIn(record, invite, {
    host: await drawsOf(host.page, SEEDS.host),
    guest: await drawsOf(guest.page, SEEDS.guest),
  });
  const prints = await fingerprintsOf(host);
  const first = chainsOf(keys.root, prints);

  await test.step('after Let in', async () => {
    const found = await living(host, [
      ...ofLink,
      ...spent(keys),
      ...kept(keys),
      ...first.chainKeys,
      ...first.messageKeys,
    ]);
    expect(found, 'control: the resume key is still needed').toContain('the resume key');
    const chain = found.filter((name) => name.startsWith('chain key'));
    expect(chain, 'the one chain key of each direction that comes next').toHaveLength(2);
    expect(chain.join(), 'control: and not the first').not.toContain('chain key 0 ');
    const allowed = new Set([...names(kept(keys)), ...chain]);
    expect(
      found.filter((name) => !allowed.has(name)),
      'keys that are spent',
    ).toEqual([]);
  });

  await test.step('after the keys changed', async () => {
    for (let n = 0; n < TEXTS; n++) {
      await guest.says(`question ${n}`);
      await host.says(`reply ${n}`);
    }
    await host.hears(`question ${TEXTS - 1}`);
    await guest.hears(`reply ${TEXTS - 1}`);
    await guest.sawDelivered(`question ${TEXTS - 1}`);
    await host.sawDelivered(`reply ${TEXTS - 1}`);
    const root = { name: 'the first root', value: keys.root };
    const found = await living(host, [...ofLink, ...spent(keys), root, ...first.chainKeys, ...first.messageKeys]);
    expect(found, 'keys of the link, the handshake and the key-epoch before').toEqual([]);
  });

  await host.ends();
  await host.sees('Chat ended');
  await test.step('after the end', async () => {
    const everything = [
      ...ofLink,
      ...spent(keys),
      ...kept(keys),
      ...first.chainKeys,
      ...first.messageKeys,
      { name: 'the host’s secret key', value: invite.hostSecretKey },
      { name: 'the host’s token', value: invite.hostToken },
    ];
    expect(await living(host, everything), 'any key at all').toEqual([]);
  });

  // Made of two parts, so that only the page has it as a whole.
  const mark = formsOfAll([{ name: 'the mark', value: `porch ${testInfo.testId}` }]);
  await host.page.evaluate(
    (id) => Object.assign(window, { porchMark: new TextEncoder().encode(`porch ${id}`) }),
    testInfo.testId,
  );
  const raw = await rawOf(await browserOf('host'), mark, formsOfAll([...ofLink, ...spent(keys)]));
  testInfo.annotations.push({
    type: 'figure',
    description:
      `living objects: none of ${ofLink.length + spent(keys).length + 4 * FRAMES} spent keys; ` +
      `copies left in the memory of the process: ${raw === null ? 'not to be told' : byName(raw).join(', ') || 'none'}`,
  });
});

/** Which of these the page holds, by name. */
async function living({ page }: Host, needles: readonly Needle[]): Promise<string[]> {
  const found = findIn(await liveOf(page), formsOfAll(needles));
  return byName(found);
}

/** Without the forms. */
const byName = (found: readonly string[]): string[] => [
  ...new Set(found.map((what) => what.replace(/ \([^(]*\)$/, ''))),
];

/** Keys of the handshake that were used up in it. */
const spent = (keys: HandshakeKeys): Needle[] => [
  { name: 'the ephemeral secret', value: keys.hostEphemeral },
  { name: 'what X25519 agreed on', value: keys.agreed },
  { name: 'the coin of ML-KEM', value: keys.coin },
  { name: 'what ML-KEM agreed on', value: keys.kemSharedSecret },
  { name: 'k1', value: keys.k1 },
  { name: 'k2', value: keys.k2 },
  { name: 'prkS', value: keys.prkS },
];

/** Keys that a running chat needs. */
const kept = (keys: HandshakeKeys): Needle[] => [
  { name: 'the resume key', value: keys.resumePsk },
  { name: 'the boxes’ key to the host', value: keys.signalToHost },
  { name: 'the boxes’ key to the guest', value: keys.signalToGuest },
  { name: 'the root', value: keys.root },
  { name: 'the key of the comparison', value: keys.sasKey },
];

const names = (needles: readonly Needle[]): string[] => needles.map(({ name }) => name);

function chainsOf(root: Buffer, fingerprints: { host: Buffer; guest: Buffer }) {
  const [toHost, toGuest] = [chainOf(root, 'g>h', fingerprints, FRAMES), chainOf(root, 'h>g', fingerprints, FRAMES)];
  return {
    chainKeys: [...toHost.chainKeys, ...toGuest.chainKeys],
    messageKeys: [...toHost.messageKeys, ...toGuest.messageKeys],
  };
}

/** The certificates of both sides, as the host’s browser says. */
async function fingerprintsOf({ page }: Host | Guest): Promise<{ host: Buffer; guest: Buffer }> {
  const [local, remote] = await page.evaluate((): [string, string] => {
    const connection = window.porchTest.connections.at(-1);
    return [connection?.localDescription?.sdp ?? '', connection?.remoteDescription?.sdp ?? ''];
  });
  const print = (sdp: string): Buffer =>
    Buffer.from((/^a=fingerprint:sha-256 (\S+)/m.exec(sdp)?.[1] ?? '').replaceAll(':', ''), 'hex');
  expect(reference.sha256(print(local)), 'control: two certificates').not.toEqual(reference.sha256(print(remote)));
  return { host: print(local), guest: print(remote) };
}
