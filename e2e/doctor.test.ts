import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';

import type { BrowserContextOptions, Page } from 'playwright';

import { comeIn, Host } from './people.ts';
import { expect, test } from './porch.ts';
import { startProcess } from './server-process.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const INSTAGRAM_ON_IOS: BrowserContextOptions = { userAgent: `${IPHONE} Mobile/21F90 Instagram 334.0.4.32.98` };
const FACEBOOK_ON_ANDROID: BrowserContextOptions = {
  userAgent:
    'Mozilla/5.0 (Linux; Android 14; SM-S911B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/467.0.0.49.85;]',
};

const STUN = 'Way to other networks (STUN)';

/** Waits for the verdict, the heading of the page, and gives the line of a check. */
async function examination(page: Page, heading: string): Promise<(check: string) => Promise<string>> {
  await expect(page.getByRole('heading', { name: heading })).toBeVisible({ timeout: 60_000 });
  return (check) =>
    page
      .getByRole('listitem')
      .filter({ has: page.getByText(check, { exact: true }) })
      .innerText();
}

/** The page keeps what is copied for the test instead of giving it to the clipboard. */
async function keepCopies(page: Page): Promise<() => Promise<string>> {
  await page.addInitScript(() => {
    const copies = { text: '', writeText: (text: string) => Promise.resolve(void (copies.text = text)) };
    Object.defineProperty(navigator, 'clipboard', { value: copies });
  });
  return () => page.evaluate(() => String(Reflect.get(navigator.clipboard, 'text')));
}

test(
  'the doctor examines this browser and the server by itself, and says what is missing',
  { tag: '@every-browser' },
  async ({ newPage, story }) => {
    const page = await newPage('host');
    const copied = await keepCopies(page);
    await page.goto(`${story.origin}/doctor`);
    const line = await examination(page, 'Some chats may not connect');
    await expect(page.getByText('Chats connect inside one network only')).toBeVisible();
    for (const check of ['Secure page', 'WebRTC', 'Server', 'Connection inside this browser', 'Storage']) {
      expect(await line(check), check).toContain('OK');
    }
    for (const check of [STUN, 'Relays']) {
      expect(await line(check), check).toContain('None');
    }

    await page.getByRole('button', { name: 'Copy report' }).click();
    const report = await copied();
    expect(report).toContain('Porchlight connection report');
    expect(report).toContain('Chats connect inside one network only');
    expect(report).not.toMatch(/localhost|\d{4,}|\d[.:]\d|candidate/);
  },
);

test(
  'the doctor finds a STUN server that answers and a relay that does not',
  { tag: '@every-browser' },
  async ({ newPage }) => {
    const stun = await startStun();
    const server = await startProcess({
      env: {
        ...process.env,
        PORT: '0',
        STUN_URLS: `stun:${ownAddress()}:${stun.address().port}`,
        // Port 9 discards what comes, if anything listens at all.
        TURN_URLS: `turn:${ownAddress()}:9?transport=tcp`,
        TURN_SECRET: 'a secret of the TURN server',
      },
    });
    try {
      const page = await newPage('host');
      await page.goto(`${server.origin}/doctor`);
      const line = await examination(page, 'Some chats may not connect');
      await expect(page.getByText('Direct connections work, but the relay cannot be reached')).toBeVisible();
      expect(await line(STUN)).toContain('OK');
      expect(await line('Relay over TCP')).toContain('Problem');
      expect(await line('Relay over UDP')).toContain('None');
    } finally {
      await server.stop();
      stun.close();
    }
  },
);

test('the doctor says so when it runs again and the server is gone', async ({ newPage, story, server }) => {
  const page = await newPage('host');
  await page.goto(`${story.origin}/doctor`);
  await examination(page, 'Some chats may not connect');
  await server.stop();
  const again = page.getByRole('button', { name: 'Run again' });
  await again.click();
  await expect(again).toBeFocused();
  const line = await examination(page, 'Chats cannot connect');
  await expect(page.getByText('Your browser cannot reach the server')).toBeVisible();
  expect(await line('Relay over UDP')).toContain('Not tested');
  await expect(again).toBeFocused();
});

test('a chat that cannot connect, and a browser that cannot chat, lead to the doctor', async ({
  newPage,
  newGuest,
  story,
}) => {
  const host = new Host(await newPage('host'), story);
  const guest = await newGuest();
  for (const { page } of [host, guest]) {
    await page.addInitScript(() => {
      Reflect.set(RTCPeerConnection.prototype, 'addIceCandidate', () => Promise.resolve());
    });
  }
  const link = await host.invites();
  await guest.opens(link);
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');
  await host.letsIn();
  await guest.sees('Could not connect', 60_000);
  await guest.page.getByRole('link', { name: 'Find out why' }).click();
  await guest.page.waitForURL(`${story.origin}/doctor`);
  await expect(guest.page.getByRole('heading', { name: 'Checking your connection' })).toBeVisible();

  const old = await newPage('guest');
  await old.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
  await old.goto(story.origin);
  await old.getByRole('link', { name: 'Find out why' }).click();
  const line = await examination(old, 'Chats cannot connect');
  expect(await line('WebRTC')).toContain('Problem');
});

test('nobody who does not open the doctor loads it', async ({ host, guest }) => {
  const scripts: Promise<string>[] = [];
  for (const { page } of [host, guest]) {
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.text());
    });
  }
  await comeIn(host, guest, await host.invites());
  const loaded = (await Promise.all(scripts)).join('\n');
  expect(loaded).toContain('Ask to join');
  // Names that only its report knows.
  expect(loaded).not.toContain('Samsung Internet');
});

for (const [what, device, app, intent] of [
  ['on iOS', INSTAGRAM_ON_IOS, 'Instagram', false],
  ['on Android', FACEBOOK_ON_ANDROID, 'Facebook', true],
] as const) {
  test(
    `in an app’s own browser ${what} the guest is helped to open the unused link elsewhere, and may go on`,
    { tag: '@every-browser' },
    async ({ host, newGuest }) => {
      const link = await host.invites();
      const guest = await newGuest(device);
      const copied = await keepCopies(guest.page);
      await guest.opens(link);
      await expect(guest.page.getByRole('heading', { name: 'Open the link in your browser' })).toBeVisible();
      const askAt = await guest.page.getByRole('button', { name: 'Ask to join' }).boundingBox();
      const notice = guest.page.getByText(`You are in ${app}’s own browser.`);
      await expect(notice).toBeVisible();
      await guest.page.getByRole('button', { name: 'Copy link' }).click();
      await expect.poll(copied).toBe(link);
      await expect(guest.page.getByText('Now paste it')).toBeVisible();
      expect(await guest.page.getByRole('button', { name: 'Ask to join' }).boundingBox()).toEqual(askAt);
      // The app's own menu opens elsewhere what stands in the address.
      expect(guest.page.url()).toBe(link);

      const elsewhere = guest.page.getByRole('link', { name: 'Open in browser' });
      await expect(elsewhere).toHaveCount(intent ? 1 : 0);
      if (intent) {
        const { host: place, hash } = new URL(link);
        expect(await elsewhere.getAttribute('href')).toMatch(`intent://${place}/j${hash}#Intent;scheme=http;`);
      }

      // Opened in a real browser, it works: nothing was claimed.
      const real = await newGuest();
      await real.opens(link);
      await expect(real.page.getByText('own browser.')).toHaveCount(0);
      expect(real.page.url()).not.toContain('#');

      await guest.asks();
      await host.hearsKnock('Mia Lindqvist');
      await expect(notice).toHaveCount(0);
      expect(guest.page.url()).not.toContain('#');
      await host.letsIn();
      await guest.isConnected();
    },
  );
}

test(
  'where an app does not let the page copy, the link is there to be copied by hand',
  { tag: '@every-browser' },
  async ({ host, newGuest }) => {
    const link = await host.invites();
    const guest = await newGuest(INSTAGRAM_ON_IOS);
    await guest.page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await guest.opens(link);
    await guest.page.getByRole('button', { name: 'Copy link' }).click();
    await expect(guest.page.getByRole('textbox', { name: 'Link' })).toHaveValue(link);
  },
);

/** Of this machine, as others see it: Firefox asks no server on the loopback. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

/** A STUN server that does nothing else: it tells each who asks by which address it was seen. RFC 8489. */
async function startStun(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (asked, { address, port }) => {
    const XOR_MAPPED_ADDRESS = 0x0020;
    const answer = Buffer.alloc(32);
    answer.writeUInt16BE(0x0101, 0);
    answer.writeUInt16BE(12, 2);
    // The magic cookie and the transaction.
    asked.copy(answer, 4, 4, 20);
    answer.writeUInt16BE(XOR_MAPPED_ADDRESS, 20);
    answer.writeUInt16BE(8, 22);
    answer.writeUInt16BE(1, 24);
    answer.writeUInt16BE(port ^ asked.readUInt16BE(4), 26);
    address.split('.').forEach((part, at) => answer.writeUInt8(Number(part) ^ asked.readUInt8(4 + at), 28 + at));
    socket.send(answer, port, address);
  });
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  return socket;
}
