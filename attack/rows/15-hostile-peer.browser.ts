import type { Page, TestInfo } from 'playwright/test';

import { expect, test } from '../../e2e/porch.ts';
import type { Host } from '../../e2e/people.ts';
import { Hostile, HOSTILE_BROWSER } from '../hostile/hostile.ts';
import { megabytes, memoryOfPage } from '../hostile/memory.ts';
import { title } from '../table.ts';

/** So much more may be held while an attack is on, and so much after it, all kinds of memory together. */
const MOST_BYTES = 64_000_000;
const MOST_BYTES_LEFT = 16_000_000;

const TAMPERED = /was not what the other side sent/;

/** What a hostile guest does once it was let in. It runs in its page and stops when the line is cut. */
const attacks: Record<string, () => unknown> = {
  'a message of 16,385 bytes': () => window.hostile.loose.send(new Uint8Array(16_385)),
  'a message of 256 KiB, the most that Chromium sends': () => window.hostile.loose.send(new Uint8Array(262_144)),
  '64 MB in messages of 256 KiB': () => window.hostile.loose.sendMany(new Uint8Array(262_144), 256),
  '100,000 empty messages': () => window.hostile.loose.sendMany(new Uint8Array(0), 100_000),
  '100,000 messages of garbage in the size of a frame': () =>
    window.hostile.loose.sendMany(crypto.getRandomValues(new Uint8Array(284)), 100_000),
  'garbage in the largest size of a frame': () =>
    window.hostile.loose.send(crypto.getRandomValues(new Uint8Array(16_384))),
  'text instead of bytes, as long as a frame': () => window.hostile.loose.send('x'.repeat(284)),
  'empty text instead of bytes': () => window.hostile.loose.send(''),
  'text of 200 KB instead of bytes': () => window.hostile.loose.send('x'.repeat(200_000)),
  'a second channel': () => window.hostile.loose.openChannel(),
  'a frame of another version': () => window.hostile.sendSpoiled(0, [2]),
  'a frame of another kind': () => window.hostile.sendSpoiled(1, [2]),
  'a frame of the next key epoch': () => window.hostile.sendSpoiled(2, [0, 1]),
  'a frame from far ahead': () => window.hostile.sendSpoiled(4, [255, 255, 255, 255, 255, 255, 255, 255]),
  'a sealed frame of type 0': () => window.hostile.sendFrame(0, 0, new Uint8Array(0)),
  'a sealed frame of type 13': () => window.hostile.sendFrame(13, 0, new Uint8Array(0)),
  'a sealed frame of type 127': () => window.hostile.sendFrame(127, 0, new Uint8Array(0)),
  'an offer of fresh keys, which is the host’s to make': () =>
    window.hostile.sendFrame(3, 0, crypto.getRandomValues(new Uint8Array(32))),
  'an answer that nobody asked for': () => window.hostile.sendFrame(4, 0, crypto.getRandomValues(new Uint8Array(32))),
  'an empty text': () => window.hostile.sendFrame(1, 1, new Uint8Array(0)),
  'a text of 4,001 bytes': () => window.hostile.sendFrame(1, 1, new Uint8Array(4001).fill(97)),
  'a text of 16,349 bytes': () => window.hostile.sendFrame(1, 1, new Uint8Array(16_349).fill(97)),
  'a text that is not UTF-8': () => window.hostile.sendFrame(1, 1, Uint8Array.of(0xc0, 0x80)),
  'the second text without the first': () => window.hostile.sendFrame(1, 2, Uint8Array.of(97)),
  'a receipt for what was never written': () => window.hostile.sendFrame(2, 1, new Uint8Array(0)),
  'a reply with nothing in it': () => window.hostile.sendFrame(8, 1, new Uint8Array(0)),
  'an edit of what was never said': () => window.hostile.sendFrame(9, 1, Uint8Array.of(0, 0, 0, 1, 97)),
  'an unsend of what was never said': () => window.hostile.sendFrame(10, 1, Uint8Array.of(0, 0, 0, 2)),
  'a reaction to what was never said': () => window.hostile.sendFrame(11, 1, Uint8Array.of(1, 0, 0, 0, 1, 1)),
  'a saved copy with 4,000 bytes in it': () => window.hostile.sendFrame(12, 1, new Uint8Array(4000)),
  'a receipt for having seen what was never written': () => window.hostile.sendFrame(129, 1, new Uint8Array(0)),
  'a media track, described in a frame': async () => {
    const sdp = await window.hostile.loose.offerTrack();
    window.hostile.sendFrame(13, 0, new TextEncoder().encode(sdp).subarray(0, 16_000));
  },
  'a media track, described as text on the channel': async () => {
    window.hostile.loose.send(JSON.stringify({ type: 'offer', sdp: await window.hostile.loose.offerTrack() }));
  },
  'a media track, offered in a sealed box': async () => {
    const sdp = await window.hostile.loose.offerTrack();
    const value = (name: string): string => new RegExp(`a=${name}:(\\S+)`).exec(sdp)?.[1] ?? '';
    const hex = /a=fingerprint:sha-256 (\S+)/.exec(sdp)?.[1] ?? '';
    const bytes = hex.split(':').map((pair) => Number.parseInt(pair, 16));
    const fingerprint = btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace('=', '');
    const [ufrag, pwd] = [value('ice-ufrag'), value('ice-pwd')];
    await window.hostile.sendItems([{ type: 'description', kind: 'offer', ufrag, pwd, fingerprint, setup: 'actpass' }]);
  },
};

test(title(15), async ({ host, newPage, story }, testInfo) => {
  const hostile = await Hostile.in(await newPage('guest', HOSTILE_BROWSER), story.origin);
  await host.page.goto(story.origin);
  const memory = await memoryOfPage(host.page);
  await talk(host, hostile);
  const before = await memory.settled();
  await memory.peak();

  let slowestMs = 0;
  for (const [name, attack] of Object.entries(attacks)) {
    await test.step(name, async () => {
      const ended = whenEnded(host.page);
      const began = await hostile.page.evaluate(() => Date.now());
      // The line may be cut under it, which is the point.
      const attacking = hostile.page.evaluate(attack).catch(() => undefined);
      await expect(host.page.getByRole('heading', { name: 'Chat ended' }), name).toBeVisible();
      await expect(host.page.getByRole('main'), `why it ended, after ${name}`).toContainText(TAMPERED);
      slowestMs = Math.max(slowestMs, (await ended) - began);
      await attacking;
      await expectNoWayIn(host.page);
    });
    await host.page.getByRole('button', { name: 'Create another invite' }).click();
    await hostile.startsAnew();
    await talk(host, hostile);
  }

  await test.step('a media section in a sealed box goes nowhere', () => smuggleMedia(host, hostile));

  const peak = (await memory.peak()) - before;
  const left = (await memory.settled()) - before;
  expect(peak, 'memory while it was attacked, in bytes more than before').toBeLessThan(MOST_BYTES);
  expect(left, 'memory after it, in bytes more than before').toBeLessThan(MOST_BYTES_LEFT);
  print(
    testInfo,
    `${Object.keys(attacks).length + 1} ways, closed after at most ${slowestMs} ms; memory +${megabytes(peak)} at the worst moment, ${left < 0 ? '' : '+'}${megabytes(left)} afterwards`,
  );
});

/** From the host's form to a chat in which the hostile guest is. */
async function talk(host: Host, hostile: Hostile): Promise<void> {
  await hostile.knocks(await host.invites(), 'Mallory');
  await host.hearsKnock('Mallory');
  await host.letsIn();
  await host.isConnected();
  await hostile.stands('chatting');
}

/** When the page came to say that the chat ended, ms since epoch. */
function whenEnded(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((ended) => {
        const look = new MutationObserver(() => {
          if (document.querySelector('h1')?.textContent !== 'Chat ended') return;
          look.disconnect();
          ended(Date.now());
        });
        look.observe(document, { subtree: true, childList: true, characterData: true });
      }),
  );
}

/** Every connection of the page is closed, and none ever had room for sound or pictures. */
async function expectNoWayIn(page: Page): Promise<void> {
  const ways = () =>
    page.evaluate(() =>
      window.porchTest.connections.map((connection) => ({
        state: connection.signalingState,
        media: connection.getTransceivers().length,
      })),
    );
  await expect
    .poll(async () => (await ways()).every(({ state }) => state === 'closed'), 'all connections are closed')
    .toBe(true);
  expect(
    (await ways()).every(({ media }) => media === 0),
    'no connection ever had media',
  ).toBe(true);
}

/** A box with SDP of its own is refused as a whole. It is no reason to end: the server could cause that at will. */
async function smuggleMedia(host: Host, hostile: Hostile): Promise<void> {
  await hostile.page.evaluate(async () => {
    const sdp = await window.hostile.loose.offerTrack();
    await window.hostile.sendItems([{ type: 'description', kind: 'offer', sdp }]);
  });
  await hostile.says('still here');
  await host.hears('still here');
  await host.says('so am I');
  const media = await host.page.evaluate(() => window.porchTest.connections.at(-1)?.getTransceivers().length);
  expect(media, 'sections for media').toBe(0);
}

function print(testInfo: TestInfo, description: string): void {
  testInfo.annotations.push({ type: 'figure', description });
}
