/**
 * The app whose own browser this is, by its user agent: 'Instagram', 'TikTok', … ; 'unknown' for one that has no name here;
 * null for a browser that a person chose. A user agent says what it likes: this decides about an advice, nothing else.
 */
export function inAppBrowser(userAgent: string): string | null {
  return APPS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
}

/** Whether this is Android, where a link can ask for the browser the person has chosen. */
export function isAndroid(userAgent: string): boolean {
  return /\bAndroid\b/.test(userAgent);
}

/**
 * An address with which Android opens this https or http address in the browser the person has chosen. The part behind
 * the # stays: Android reads what follows the last #. developer.chrome.com/docs/android/intents
 */
export function intentFor(address: string): string {
  const { protocol, host, pathname, hash } = new URL(address);
  const scheme = protocol.slice(0, -1);
  return `intent://${host}${pathname}${hash}#Intent;scheme=${scheme};action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;end`;
}

// The names that apps add to the user agent. Messenger and Instagram name Facebook as well; a plain web view comes last.
const APPS: readonly (readonly [string, RegExp])[] = [
  ['Messenger', /\bFBAN\/Messenger|\bFB_IAB\/(?:Orca|MESSENGER)/],
  ['Instagram', /\bInstagram\b/],
  ['Facebook', /\bFB(?:AN|AV|_IAB)\//],
  ['TikTok', /\b(?:musical_ly|trill|TikTok)_?|\bBytedanceWebview\b/i],
  ['LinkedIn', /\bLinkedInApp\b/],
  ['WeChat', /\bMicroMessenger\//],
  ['LINE', /\bLine\/\d/],
  ['Snapchat', /\bSnapchat\b/],
  ['unknown', /; wv\)/],
];
