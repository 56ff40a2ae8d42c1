import type { Page } from 'playwright';

import { meet } from './people.ts';
import { expect, test } from './porch.ts';

// That no policy refuses anything the product does is checked after every test (porch.ts). Here: that this check can fail.

/** What hostile text would try if it became markup or script. */
const ATTEMPTS: Readonly<Record<string, () => void>> = {
  'an inline script': () => {
    const script = document.createElement('script');
    script.append('window.name = "taken"');
    document.head.append(script);
  },
  'markup from text': () => {
    document.createElement('p').innerHTML = '<b>text</b>';
  },
  'a Trusted Types policy': () => {
    const types = Reflect.get(window, 'trustedTypes') as { createPolicy: (name: string, rules: object) => unknown };
    types.createPolicy('default', {});
  },
  'a picture from elsewhere': () => {
    new Image().src = 'https://elsewhere.invalid/picture.png';
  },
  'a request to elsewhere': () => {
    void fetch('https://elsewhere.invalid/').catch(() => undefined);
  },
  'a frame': () => {
    const frame = document.createElement('iframe');
    frame.src = '/j';
    document.body.append(frame);
  },
  'a script in a frame made later': () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const inside = frame.contentDocument;
    const script = inside?.createElement('script');
    if (inside === null || script === undefined) throw new Error('The frame has no document.');
    script.append('parent.name = "taken"');
    inside.documentElement.append(script);
  },
};

/** What becomes of the page in the same breath. */
const AFTERWARDS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  stays: () => Promise.resolve(),
  'goes elsewhere': (page) => page.goto('about:blank'),
  closes: (page) => page.close(),
};

for (const [what, attempt] of Object.entries(ATTEMPTS)) {
  test(
    `${what} is refused, and a test in which it happens fails`,
    { tag: '@every-browser' },
    async ({ newPage, problems, story }) => {
      for (const [how, afterwards] of Object.entries(AFTERWARDS)) {
        await test.step(`the page ${how}`, async () => {
          const page = await newPage('host');
          await page.goto(story.origin);
          await expect(page.getByRole('textbox', { name: 'Your name' })).toBeVisible();
          expect(problems, 'before').toEqual([]);
          // Some are refused by an exception, which a page could swallow.
          await page.evaluate(`try { (${attempt.toString()})() } catch {}`);
          await afterwards(page);
          await expect.poll(() => problems, 'what was reported').not.toEqual([]);
          if (!page.isClosed()) expect(await page.evaluate(() => window.name), 'what ran').not.toBe('taken');
          // All of it has to arrive before the next one begins.
          await page.context().close();
          problems.length = 0;
        });
      }
    },
  );
}

test('an error that nobody catches fails a test', { tag: '@every-browser' }, async ({ newPage, problems, story }) => {
  const page = await newPage('host');
  await page.goto(story.origin);
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('nobody catches this');
    });
  });
  await expect.poll(() => problems).toEqual(['nobody catches this']);
  problems.length = 0;
});

/** What the product uses; the rest of what a browser offers is denied to its pages. */
const USED = ['autoplay', 'clipboard-write', 'local-network', 'local-network-access', 'loopback-network'];

test('the pages may use nothing of the browser that they do not need', async ({ host, guest }) => {
  await meet(host, guest);
  for (const { page } of [host, guest]) {
    const allowed = await page.evaluate(() => {
      const policy = Reflect.get(document, 'featurePolicy') as { allowedFeatures: () => string[] };
      return policy.allowedFeatures();
    });
    // Client hints and playing on in the background tell or give nobody anything.
    const notable = allowed.filter((name) => !name.startsWith('ch-') && name !== 'media-playback-while-not-visible');
    expect(notable.sort()).toEqual(USED);
  }
});
