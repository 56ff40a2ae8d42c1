import { Host } from './people.ts';
import { expect, test } from './porch.ts';

test('Copy link copies exactly the link', async ({ newPage, story }) => {
  const host = new Host(await newPage('host', { permissions: ['clipboard-write'] }), story);
  const link = await host.invites();
  await host.page.getByRole('button', { name: 'Copy link' }).click();
  await expect(host.page.getByText('Copied').first()).toBeVisible();
  // The page itself may not read the clipboard, so the link is pasted elsewhere.
  const elsewhere = await host.page.context().newPage();
  await elsewhere.setContent('<textarea></textarea>');
  await elsewhere.locator('textarea').press('ControlOrMeta+v');
  expect(await elsewhere.locator('textarea').inputValue()).toBe(link);
  expect(link).toMatch(/^http:\/\/localhost:\d+\/j#[A-Za-z0-9_-]{92}$/);
});

test('Share… is there where the browser can share, and shares the link', async ({ newPage, story }) => {
  const plain = new Host(await newPage('host'), story);
  await plain.page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'share'));
  await plain.invites();
  await expect(plain.page.getByRole('button', { name: 'Share…' })).toHaveCount(0);

  const sharing = new Host(await newPage('host'), story);
  await sharing.page.addInitScript(() => {
    Navigator.prototype.share = (data) => {
      document.title = data?.url ?? '';
      return Promise.resolve();
    };
  });
  const link = await sharing.invites();
  await sharing.page.getByRole('button', { name: 'Share…' }).click();
  await expect(sharing.page).toHaveTitle(link);
});

test('the QR code is an image with a name, and the invite can be ended', async ({ host }) => {
  await host.invites();
  await expect(host.page.getByRole('img', { name: 'QR code of the invite link' })).toBeVisible();
  await host.endsInvite();
  await host.sees('Invite ended');
});

test('browsers that find no way to each other are told so', async ({ host, guest }) => {
  for (const { page } of [host, guest]) {
    // Neither learns where the other is.
    await page.addInitScript(() => {
      Object.assign(RTCPeerConnection.prototype, { addIceCandidate: () => Promise.resolve() });
    });
  }
  await guest.opens(await host.invites());
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');
  await host.letsIn();
  await host.sees('Could not connect', 30_000);
  await guest.sees('Could not connect');
});
