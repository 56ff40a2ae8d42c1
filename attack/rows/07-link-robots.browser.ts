import { SEAT_LAPSE_MS } from '@porchlight/protocol';

import { comeIn, looksAround } from '../../e2e/people.ts';
import { expect, test } from '../../e2e/porch.ts';
import { claimsIn } from '../record.ts';
import { title } from '../table.ts';

/** Who opens a link before the person does: messengers, mail scanners, search engines, as they name themselves. */
const ROBOTS: Readonly<Record<string, string>> = {
  WhatsApp: 'WhatsApp/2.24.20.89 A',
  Telegram: 'TelegramBot (like TwitterBot)',
  Slack: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  Discord: 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  Facebook: 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  Twitter: 'Twitterbot/1.0',
  LinkedIn: 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  Google: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  Bing: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  iMessage:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  Apple: 'Mozilla/5.0 (compatible; Applebot/0.3; +http://www.apple.com/go/applebot)',
  Skype: 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
  SafeLinks:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0 SafeLinks',
  Signal: 'WhatsApp/2',
  Mastodon: 'http.rb/5.1.1 (Mastodon/4.2.8; +https://mastodon.example/) Bot',
  Viber: 'Viber/20.5.1.2 CFNetwork/1410.0.3 Darwin/22.6.0',
  Matrix: 'Synapse (bot; +https://github.com/matrix-org/synapse)',
};

test.use({ clock: true });

test(title(7), async ({ host, guest, newPage, server }, testInfo) => {
  test.setTimeout(180_000);
  const link = await host.invites('Harriet Vane', '24 hours');
  const claims = (): number => claimsIn(testInfo.outputPath('relay.jsonl')).asked;

  await test.step('robots that fetch the link learn nothing and change nothing', async () => {
    const pages = new Set<string>();
    for (const [name, agent] of Object.entries(ROBOTS)) {
      for (const method of ['HEAD', 'GET']) {
        const answer = await fetch(link, { method, headers: { 'user-agent': agent } });
        expect(answer.status, `${method} by ${name}`).toBe(200);
        expect(answer.headers.get('cache-control'), `${method} by ${name}`).toBe('no-store');
        expect(answer.headers.get('set-cookie'), `${method} by ${name}`).toBeNull();
        const page = await answer.text();
        if (method === 'GET') pages.add(page);
      }
    }
    expect(pages.size, 'different pages for different robots').toBe(1);
    expect(claims(), 'claims the server saw').toBe(0);
  });

  await test.step('a robot with a browser, which does all but press', async () => {
    const robot = await newPage('guest');
    await looksAround(robot, link);
    await robot.context().close();
    expect(claims(), 'claims the server saw').toBe(0);
    await host.isTold('Waiting for your guest');
  });

  await test.step('a robot that presses Ask to join and is gone frees the link', async () => {
    const robot = await newPage('guest');
    await robot.goto(link);
    await robot.getByRole('textbox', { name: 'Your name' }).fill('A robot');
    await robot.getByRole('button', { name: 'Ask to join' }).click();
    await host.hearsKnock('A robot');
    expect(claims(), 'claims the server saw').toBe(1);
    // Not closed, which would say goodbye: gone in the middle.
    await robot.goto('chrome://crash').catch(() => undefined);
    const free = host.page.getByRole('status', { name: 'Waiting for your guest' });
    await expect
      .poll(
        async () => {
          server.letPass(SEAT_LAPSE_MS);
          return free.isVisible();
        },
        // Together less than the lease, which would free the seat as well.
        { message: 'the link works again', intervals: [2_000], timeout: 24_000 },
      )
      .toBe(true);
  });

  await test.step('the guest comes in', () => comeIn(host, guest, link));

  testInfo.annotations.push({ type: 'figure', description: `${Object.keys(ROBOTS).length} robots, 0 claims` });
});
