import { expect, type Locator, type Page } from 'playwright/test';

/** What the people of one test have in common. */
export interface Story {
  /** Origin of the server, e.g. `http://localhost:40123`. */
  readonly origin: string;
  /** Names and messages that nobody but the two may ever read. */
  readonly private: Set<string>;
}

/** How long a link may work, as the page says it. */
export type Lifetime = '15 minutes' | '1 hour' | '24 hours' | '7 days';

/** Someone in front of a browser: does what a person can do, and waits for what a person can see. */
class Person {
  readonly page: Page;
  protected readonly story: Story;

  constructor(page: Page, story: Story) {
    this.page = page;
    this.story = story;
  }

  /** The log of the chat. */
  get log(): Locator {
    return this.page.getByRole('log', { name: 'Messages' });
  }

  /** Where a message is written. */
  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  /** Writes without sending. */
  async writes(text: string): Promise<void> {
    this.story.private.add(text);
    await this.composer.fill(text);
  }

  /** Writes a message and presses **Send**. */
  async says(text: string): Promise<void> {
    await this.writes(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(this.composer).toHaveValue('');
  }

  /** Waits until the message is in the log. */
  async hears(text: string): Promise<void> {
    await expect(this.message(text)).toBeVisible();
  }

  /** The message with this text, with all that stands on it. */
  bubble(text: string): Locator {
    return this.log.getByRole('article').filter({ has: this.message(text) });
  }

  /** Opens the menu of a message. */
  async opensMenu(text: string): Promise<void> {
    await this.bubble(text).hover();
    await this.bubble(text).getByRole('button', { name: 'More' }).click();
    await expect(this.page.getByRole('menu')).toBeVisible();
  }

  /** Does this with a message, by its menu. */
  async chooses(action: 'Reply' | 'Copy text' | 'Edit' | 'Unsend', text: string): Promise<void> {
    await this.opensMenu(text);
    await this.page.getByRole('menuitem', { name: action }).click();
    await expect(this.page.getByRole('menu')).toBeHidden();
  }

  /** Answers a message with a sign. */
  async reacts(reaction: string, text: string): Promise<void> {
    await this.bubble(text).hover();
    await this.bubble(text).getByRole('button', { name: 'React' }).click();
    await this.page.getByRole('menuitemradio', { name: reaction }).click();
  }

  /** Puts other words in an own message. */
  async edits(text: string, now: string): Promise<void> {
    await this.chooses('Edit', text);
    await expect(this.composer).toHaveValue(text);
    await this.writes(now);
    await this.composer.press('Enter');
    await this.hears(now);
  }

  /** Switches something in the menu of the chat. */
  async switchesInMenu(name: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Chat' }).getByRole('button', { name: 'More', exact: true }).click();
    await this.page.getByRole('menuitemcheckbox', { name }).click();
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('menu')).toBeHidden();
  }

  /** Waits until the own message shows that the other person saw it. */
  async sawSeen(text: string): Promise<void> {
    await expect(this.bubble(text)).toContainText('Seen');
  }

  /** Waits until the own message shows that the other browser has it. */
  async sawDelivered(text: string): Promise<void> {
    // What was seen was delivered.
    await expect(this.bubble(text)).toContainText(/delivered|seen/i);
  }

  /** Checks that these messages, each once, stand in the log in this order. */
  async sawInOrder(texts: readonly string[]): Promise<void> {
    const all = (await this.log.innerText()).replaceAll(/\s+/g, ' ');
    const places = texts.map((text) => all.indexOf(text.replaceAll(/\s+/g, ' ')));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const text of texts) await expect(this.message(text)).toHaveCount(1);
  }

  /** Waits for a status, by its words. */
  async isTold(status: string | RegExp): Promise<void> {
    await expect(this.page.getByRole('status', { name: status })).toBeVisible();
  }

  /** Waits until the two browsers talk to each other. */
  async isConnected(): Promise<void> {
    await this.isTold(/^Connected (directly|through a relay( \((TCP|TLS)\))?)$/);
  }

  /** Waits for a page that says how things ended (or why they do not begin). */
  async sees(heading: string, withinMs = 20_000): Promise<void> {
    await expect(this.page.getByRole('heading', { name: heading })).toBeVisible({ timeout: withinMs });
  }

  /** Presses **Verify** and reads what it shows: five emoji with names, and the number. Closes it again. */
  async verifies(): Promise<{ emoji: string[]; digits: string }> {
    await this.page.getByRole('button', { name: 'Verify' }).click();
    const dialog = this.page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    const emoji = await dialog.getByRole('listitem').allInnerTexts();
    const [digits] = /\b\d{5}\s?\d{5}\b/.exec(await dialog.innerText()) ?? [''];
    await this.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    return { emoji: emoji.map((text) => text.replaceAll(/\s+/g, ' ')), digits };
  }

  /** How many RTCPeerConnections this page has made so far. */
  async connections(): Promise<number> {
    return this.page.evaluate(() => window.porchTest.connections.length);
  }

  /** Every status this page has shown so far. */
  async statuses(): Promise<string[]> {
    return this.page.evaluate(() => window.porchTest.statuses);
  }

  /** Cuts the line between the two browsers, as a changed network would. */
  async losesTheLine(): Promise<void> {
    await this.page.evaluate(() => window.porchTest.connections.at(-1)?.close());
  }

  /** Mutes the chat that is open, in its menu. */
  async mutes(): Promise<void> {
    await this.page.getByRole('button', { name: 'More', exact: true }).click();
    await this.page.getByRole('menuitemcheckbox', { name: 'Mute this chat' }).click();
  }

  /** Has another tab in front. */
  async looksAway(): Promise<void> {
    await this.showsPage(false);
  }

  /** Has this page in front again. */
  async looksBack(): Promise<void> {
    await this.showsPage(true);
  }

  /** Whether something wider than the window makes the page scroll sideways. */
  async scrollsSideways(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  }

  /**
   * Presses Tab until this has the focus. Keys are for the window in front, as for everyone, and for the page in it:
   * behind the last element the browser's own buttons follow, so what lies before is reached with Shift+Tab.
   */
  async tabsTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await this.page.bringToFront();
    await expect(target).toBeVisible();
    for (let presses = 0; presses < 40; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press(key);
    }
    throw new Error('Tab never comes there.');
  }

  /** As the page is told of it; a page of a test is in front, whatever else is open. */
  private async showsPage(shown: boolean): Promise<void> {
    await this.page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => (hidden ? 'hidden' : 'visible'),
      });
      document.dispatchEvent(new Event('visibilitychange'));
    }, !shown);
  }

  /** The text of a message itself, and not where another one quotes it. */
  private message(text: string): Locator {
    const words = text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\s+/g, '\\s+');
    return this.page.locator('p[dir="auto"]', { hasText: new RegExp(`^\\s*${words}\\s*$`) });
  }
}

/** The one who invites. */
export class Host extends Person {
  /** Opens the start page, unless it is open, and creates an invite; gives its link. */
  async invites(name = 'Harriet Vane', lifetime: Lifetime = '1 hour'): Promise<string> {
    this.story.private.add(name);
    if (!this.page.url().startsWith(this.story.origin)) await this.page.goto(this.story.origin);
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await this.page
      .getByRole('radiogroup', { name: 'Link works for' })
      .getByRole('radio', { name: lifetime, exact: true })
      .check();
    await this.page.getByRole('button', { name: 'Create invite link' }).click();
    await this.isTold('Waiting for your guest');
    return this.page.getByRole('textbox', { name: 'Invite link' }).inputValue();
  }

  /** Opens the start page, unless it is open, and on it what else can be chosen for an invite. */
  async opensMoreOptions(): Promise<void> {
    if (!this.page.url().startsWith(this.story.origin)) await this.page.goto(this.story.origin);
    await this.page.getByText('More options', { exact: true }).click();
  }

  /** Goes back to the form for one more invite. */
  async wantsAnother(): Promise<void> {
    await this.page.getByRole('button', { name: 'New invite' }).click();
  }

  /** Opens, from the list, the invite or chat of this guest. */
  async turnsTo(guest: string): Promise<void> {
    await this.page
      .getByRole('navigation')
      .getByRole('button', { name: new RegExp(guest) })
      .click();
  }

  /** Waits for a guest's knock. */
  async hearsKnock(guest: string): Promise<void> {
    await expect(this.page.getByText('Guest · not verified')).toBeVisible();
    await expect(this.page.getByRole('main')).toContainText(guest);
  }

  async letsIn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Let in' }).click();
  }

  async declines(): Promise<void> {
    await this.page.getByRole('button', { name: 'Decline', exact: true }).click();
  }

  async declinesAndEnds(): Promise<void> {
    await this.page.getByRole('button', { name: 'Decline and end link' }).click();
  }

  /** Presses **End chat**. */
  async ends(): Promise<void> {
    await this.page.getByRole('button', { name: 'End chat' }).click();
  }

  async endsInvite(): Promise<void> {
    await this.page.getByRole('button', { name: 'End invite' }).click();
  }
}

/** The one who was sent a link. */
export class Guest extends Person {
  /** Opens a link and waits for the invitation. */
  async opens(link: string): Promise<void> {
    await this.page.goto(link);
    await expect(this.page.getByText('You are invited to a private chat')).toBeVisible();
  }

  /** Writes a name and presses **Ask to join**. */
  async asks(name = 'Mia Lindqvist'): Promise<void> {
    this.story.private.add(name);
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await this.page.getByRole('button', { name: 'Ask to join' }).click();
  }

  /** Presses **Leave chat**. */
  async leaves(): Promise<void> {
    await this.page.getByRole('button', { name: 'Leave chat' }).click();
  }
}

/** From nothing to a chat in which both are connected; gives the link that was used. */
export async function meet(host: Host, guest: Guest): Promise<string> {
  const link = await host.invites();
  await comeIn(host, guest, link);
  return link;
}

/** From a link to a chat in which both are connected. */
export async function comeIn(host: Host, guest: Guest, link: string): Promise<void> {
  await guest.opens(link);
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');
  await host.letsIn();
  await host.isConnected();
  await guest.isConnected();
}

/** What a robot with a browser does at an invitation: everything but press the button. */
export async function looksAround(robot: Page, link: string): Promise<void> {
  await robot.goto(link);
  await robot.waitForLoadState('networkidle');
  await expect(robot.getByText('You are invited to a private chat')).toBeVisible();
  for (const target of await robot
    .getByRole('textbox')
    .or(robot.getByRole('button'))
    .or(robot.getByRole('link'))
    .all()) {
    await target.hover();
    await target.focus();
  }
  await robot.mouse.wheel(0, 2000);
  for (let presses = 0; presses < 10; presses += 1) await robot.keyboard.press('Tab');
  await robot.getByRole('textbox', { name: 'Your name' }).fill('A robot');
  await robot.reload();
  await robot.waitForLoadState('networkidle');
}
