import { expect, test } from './porch.ts';

test(
  'a wrong address is said to be one, with a way home, in the language of who came',
  { tag: '@every-browser' },
  async ({ newPage, server }) => {
    const page = await newPage('guest', { locale: 'de-DE' });
    const answer = await page.goto(`${server.origin}/no/such/place?at=all#whatever`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'Hier ist nichts' })).toBeVisible();
    await page.getByRole('link').click();
    await expect(page.getByRole('button', { name: 'Einladungslink erstellen' })).toBeVisible();
  },
);

test('no address is so wrong that nothing is said', async ({ guest: { page }, server, problems }) => {
  const paths = ['/%00', '/%25', '//elsewhere', '/..%2f', '/__proto__', '/404', '/index', `/${'x'.repeat(4000)}`];
  for (const path of paths) {
    expect((await page.goto(`${server.origin}${path}`))?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { name: 'Nothing here' }), path).toBeVisible();
  }
  expect(problems).toEqual([]);
});
