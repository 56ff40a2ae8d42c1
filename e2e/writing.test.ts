import { meet } from './people.ts';
import { expect, test } from './porch.ts';
import { textOfBytes } from './texts.ts';

/** Bell, right-to-left override, isolate, right-to-left mark, end of isolate. */
const HIDDEN = ['\u0007', '\u202E', '\u2066', '\u200F', '\u2069'];
const MARKUP = '<img src=x onerror=alert(1)>';

test('a text that is too long is refused and stays in the composer', async ({ host, guest }) => {
  await meet(host, guest);
  const tooLong = textOfBytes(4001, 'x');
  await guest.writes(tooLong);
  await guest.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(guest.page.getByRole('alert')).toContainText('too long');
  await expect(guest.composer).toHaveValue(tooLong);
  await expect(guest.log.getByText(tooLong)).toHaveCount(0);

  await guest.says('short enough');
  await host.hears('short enough');
  await expect(host.log).not.toContainText('xxxxxxxx');
});

test('near the limit a counter is in sight', async ({ host, guest }) => {
  await meet(host, guest);
  const counter = guest.page.getByText(/[34],\d{3}\s*\/\s*4,000/);
  await guest.writes(textOfBytes(1000, 'x'));
  await expect(counter).toBeHidden();
  await guest.writes(textOfBytes(3990, 'x'));
  await expect(counter).toBeVisible();
});

test('who is writing is seen by the other, until the message comes', async ({ host, guest }) => {
  await meet(host, guest);
  const writing = host.page.getByText('Mia Lindqvist is writing…');
  await guest.composer.pressSequentially('What I wanted to say');
  await expect(writing).toBeVisible();
  await expect(host.log).not.toContainText('writing');
  await guest.says('nothing, really');
  await host.hears('nothing, really');
  await expect(writing).toBeHidden();
});

test(
  'the newest message stays in sight when the window gets narrow',
  { tag: '@every-browser' },
  async ({ host, guest }) => {
    await meet(host, guest);
    // Three lines each in a wide window, and in a narrow one twice as many: as many messages as may leave at once.
    const texts = Array.from(
      { length: 20 },
      (_, n) => `${n}: ${'as if nobody had ever heard of a full stop '.repeat(6)}end`,
    );
    for (const text of texts) await guest.says(text);
    const newest = host.log.locator('.message').last();
    await expect(newest).toContainText('19: ');
    await expect(newest).toBeInViewport();
    for (const width of [360, 1280, 480]) {
      await host.page.setViewportSize({ width, height: 800 });
      await expect(newest, `the newest message, ${width} px wide`).toBeInViewport();
      await expect(host.page.getByRole('button', { name: /^Jump to latest/ })).toBeHidden();
    }
    // It still follows.
    await host.says('And now me.');
    await expect(newest).toContainText('And now me.');
    await expect(newest).toBeInViewport();
  },
);

test('markup in a name and in a message is text', async ({ host, guest }) => {
  const alerts: string[] = [];
  for (const { page } of [host, guest]) {
    page.on('dialog', (dialog) => {
      alerts.push(dialog.message());
      void dialog.dismiss();
    });
  }
  await guest.opens(await host.invites('<i>Host</i>'));
  await guest.asks(MARKUP);
  await host.hearsKnock(MARKUP);
  await host.letsIn();
  await host.isConnected();
  await guest.isConnected();
  const message = `${MARKUP}<script>alert(2)</script><a href="javascript:alert(3)">link</a> **bold** &amp;`;
  await guest.says(message);
  await host.hears(message);
  await host.says(message.toUpperCase());
  await guest.hears(message.toUpperCase());
  for (const { page, log } of [host, guest]) {
    await expect(page.locator('img[src="x"]')).toHaveCount(0);
    await expect(log.locator('a, script, b, i')).toHaveCount(0);
  }
  expect(alerts).toEqual([]);
});

test('control and direction characters are taken out of a name', async ({ host, guest }) => {
  await guest.opens(await host.invites());
  await guest.asks('Mi\u202Ea\u0007 \u2066Lind\u200Fqvist\u2069');
  await host.hearsKnock('Mia Lindqvist');
  const main = await host.page.getByRole('main').innerText();
  for (const character of HIDDEN) expect(main).not.toContain(character);
});

test('a name has at most 32 characters', async ({ host, guest }) => {
  await guest.opens(await host.invites());
  // The field takes no more; a changed page would send more.
  await guest.page.getByRole('textbox', { name: 'Your name' }).evaluate((field) => field.removeAttribute('maxlength'));
  await guest.asks('Abcdefghij'.repeat(5));
  await host.hearsKnock('Abcdefghij'.repeat(3) + 'Ab');
  await expect(host.page.getByRole('main')).not.toContainText('Abcdefghij'.repeat(3) + 'Abc');
});
