import { listenToPage, type Said } from './access.ts';
import { Host, type Guest } from './people.ts';
import { expect, test } from './porch.ts';

/** What the page said by itself since this was asked the last time. */
async function said({ page }: Host | Guest): Promise<Said[]> {
  return page.evaluate(() => window.porchSaid.splice(0));
}

/** Waits until the page has said this, and gives all that it said meanwhile: nothing twice, nothing that interrupts. */
async function says(person: Host | Guest, what: RegExp): Promise<string[]> {
  const all: Said[] = [];
  await expect
    .poll(async () => {
      all.push(...(await said(person)));
      return all.map(({ text }) => text);
    })
    .toContainEqual(expect.stringMatching(what));
  // What would come a second time comes now.
  await person.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  all.push(...(await said(person)));
  const texts = all.map(({ text }) => text);
  expect
    .soft(
      texts.filter((text) => what.test(text)),
      `how often ${what.source} was said`,
    )
    .toHaveLength(1);
  expect
    .soft(
      all.filter(({ how }) => how !== 'polite'),
      'what interrupts',
    )
    .toEqual([]);
  return texts;
}

test(
  'knocks, messages and changes of the connection are announced once, and politely',
  { tag: '@every-browser' },
  async ({ newPage, newGuest, story }) => {
    const host = new Host(await newPage('host'), story);
    const [guest, another] = [await newGuest(), await newGuest()];
    for (const { page } of [host, guest]) await page.addInitScript(listenToPage);

    await guest.opens(await host.invites());
    await guest.asks();
    expect(await says(guest, /^Waiting to be let in/)).not.toContainEqual(expect.stringMatching(/Lindqvist/));
    await says(host, /Mia Lindqvist is asking to come in/);

    await host.letsIn();
    for (const person of [host, guest]) await says(person, /^Connected directly$/);

    await guest.composer.pressSequentially('One question');
    await says(host, /Mia Lindqvist is writing…/);
    await guest.says('Is the window shut?');
    expect(await says(host, /Is the window shut\?/)).toHaveLength(1);
    await host.says('Both of them are.');
    await says(guest, /Both of them are\./);
    // Of what one said oneself no mark is read out: not that it was sent, nor that it came, nor that it was seen.
    await host.sawDelivered('Both of them are.');
    expect((await said(host)).filter(({ text }) => !text.includes('writing'))).toHaveLength(1);
    await said(guest);

    await host.losesTheLine();
    for (const person of [host, guest]) {
      const all = await says(person, /^Connected directly$/);
      expect(new Set(all).size, all.join(' | ')).toBe(all.length);
    }

    // Somebody else, at another invite.
    await host.wantsAnother();
    const link = await host.invites();
    await host.turnsTo('Mia Lindqvist');
    await said(host);
    await another.opens(link);
    await another.asks('Jonas');
    await says(host, /Jonas is asking to come in/);
  },
);

test('what a page says is heard, each way it can say it', async ({ newPage, story }) => {
  const page = await newPage('host');
  await page.addInitScript(listenToPage);
  await page.goto(story.origin);
  await expect(page.getByRole('textbox', { name: 'Your name' })).toBeVisible();
  const heard = await page.evaluate(async () => {
    const put = (attributes: Record<string, string>, text = ''): HTMLElement => {
      const element = document.createElement('p');
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.append(text);
      document.body.append(element);
      return element;
    };
    const turn = () => new Promise((resolve) => setTimeout(resolve));
    const status = put({ role: 'status' }, 'there from the start');
    const log = put({ role: 'log', 'aria-relevant': 'additions' }, 'line one');
    const hidden = put({ 'aria-live': 'polite', 'aria-hidden': 'true' });
    await turn();
    window.porchSaid.length = 0;
    put({ role: 'alert' }, 'an alert');
    await turn();
    status.append(', and more');
    await turn();
    log.append('line two');
    await turn();
    if (log.firstChild instanceof Text) log.firstChild.data = 'line one, changed';
    hidden.append('nothing');
    await turn();
    put({ 'aria-live': 'assertive' }).append('at once');
    await turn();
    return window.porchSaid;
  });
  expect(heard).toEqual([
    { text: 'an alert', how: 'assertive' },
    { text: 'there from the start , and more', how: 'polite' },
    { text: 'line two', how: 'polite' },
    { text: 'at once', how: 'assertive' },
  ]);
});
