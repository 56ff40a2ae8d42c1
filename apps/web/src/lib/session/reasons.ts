import type { Role } from './state.ts';

/** What a person is told of an end. */
interface End {
  heading: string;
  /** The heading for a host, where it differs: who wanted an invite did not try to connect to anyone. */
  hostHeading?: string;
  /** One plain sentence. */
  sentence: string;
  /** The sentence for who hid the address, where that may be why. */
  hiddenSentence?: string;
  /** Whether the same link may still be asked with. */
  again: boolean;
  /** Whether an examination of this browser and its network may tell more. */
  examine?: boolean;
}

/** Why a session ended: a closed list. */
export const reasons = {
  used: {
    heading: 'This link was already used',
    sentence: 'A link works for one guest, once. Ask the host for a new one.',
    again: false,
  },
  reserved: {
    heading: 'This link was already used',
    sentence: 'Someone opened it before you and is asking to come in. If that was you, go on in that tab.',
    again: true,
  },
  expired: {
    heading: 'This link has expired',
    sentence: 'It worked only for the time the host chose. Ask the host for a new one.',
    again: false,
  },
  damaged: {
    heading: 'This link is damaged',
    sentence: 'Part of it is missing or changed. Copy the whole link again, or ask the host for a new one.',
    again: false,
  },
  missing: {
    heading: 'No chat here',
    sentence: 'There is nothing to come back to here. Open the link once more from where you got it.',
    again: false,
  },
  elsewhere: {
    heading: 'This chat is open in another tab',
    sentence: 'It goes on there. To begin another one here, open another link.',
    again: false,
  },
  'newer-version': {
    heading: 'This link needs a newer version',
    sentence: 'It was made by a newer Porchlight than this page. Reload the page, or ask the host where to open it.',
    again: false,
  },
  'host-ended': {
    heading: 'The host ended this invitation',
    sentence: 'This link does not work any more. Ask the host for a new one if you still want to talk.',
    again: false,
  },
  declined: {
    heading: 'You were not let in',
    sentence: 'The host did not let you in. If that was a mistake, you can ask again.',
    again: true,
  },
  unanswered: {
    heading: 'You were not let in',
    sentence: 'The host did not answer in time. You can ask again.',
    again: true,
  },
  withdrawn: {
    heading: 'You were not let in',
    sentence: 'You stopped asking. The link still works: you can ask again.',
    again: true,
  },
  'try-later': {
    heading: 'You were not let in',
    sentence: 'This link was tried too often in a short time.',
    again: true,
  },
  left: {
    heading: 'Chat ended',
    sentence: 'You ended it. Nothing of it is kept on this page.',
    again: false,
  },
  'peer-left': {
    heading: 'Chat ended',
    sentence: 'The other side ended it. Nothing of it is kept on this page.',
    again: false,
  },
  'peer-gone': {
    heading: 'Chat ended',
    sentence: 'One of the two pages was closed and did not come back in time. Nothing of it is kept here.',
    again: false,
  },
  silence: {
    heading: 'Chat ended',
    sentence: 'The other side could not be reached for ten minutes.',
    again: false,
  },
  tampered: {
    heading: 'Chat ended',
    sentence:
      'Something on the way was not what the other side sent, so this page closed the connection to keep you safe.',
    again: false,
  },
  flooded: {
    heading: 'Chat ended',
    sentence: 'The other side sent more than anyone can read, so this page closed the connection.',
    again: false,
  },
  failed: {
    heading: 'Chat ended',
    sentence: 'Something in this page went wrong, so it closed the connection and forgot everything. Reload the page.',
    again: false,
  },
  forged: {
    heading: 'Could not connect',
    sentence: 'What answered could not prove that it is the host of this link, so nothing was sent to it.',
    again: false,
  },
  'could-not-connect': {
    heading: 'Could not connect',
    sentence:
      'The two browsers found no way to each other. A firewall or a strict network may be in between: try another network.',
    hiddenSentence:
      'You hide your address, so only a relay could connect you, and none did. Do not hide it next time, or try another network.',
    again: false,
    examine: true,
  },
  unreachable: {
    heading: 'Could not connect',
    sentence: 'The host’s browser did not answer. Ask again in a moment.',
    again: true,
    examine: true,
  },
  refused: {
    heading: 'Could not connect',
    sentence: 'The server refused this request. Reload the page and try again.',
    again: true,
  },
  full: {
    heading: 'Could not connect',
    hostHeading: 'No new invite right now',
    sentence: 'The server has no room for more right now.',
    again: true,
  },
  crowded: {
    heading: 'Could not connect',
    hostHeading: 'No new invite right now',
    sentence: 'Too many people on your network are using this server right now.',
    again: true,
  },
  'slow-down': {
    heading: 'Could not connect',
    hostHeading: 'No new invite right now',
    sentence: 'Too many requests came from your network in a short time.',
    again: true,
  },
  attacked: {
    heading: 'Invite ended',
    sentence: 'It was tried too often by guests who did not come in, so it was closed. Make a new one.',
    again: false,
  },
  'invite-ended': {
    heading: 'Invite ended',
    sentence: 'This link does not work any more.',
    again: false,
  },
  'invite-expired': {
    heading: 'This link has expired',
    sentence: 'Nobody can use it any more. Create a new one when you need it.',
    again: false,
  },
  unsupported: {
    heading: 'This browser cannot chat',
    sentence: 'It has no WebRTC, or this page was not opened over https. Open the link in a current browser.',
    again: false,
    examine: true,
  },
} as const satisfies Record<string, End>;

export type Reason = keyof typeof reasons;

/** The heading that this side sees. */
export function headingFor(reason: Reason, role: Role): string {
  const end: End = reasons[reason];
  return (role === 'host' ? end.hostHeading : undefined) ?? end.heading;
}

/** What this side is told. `hidden`: it hid its address. */
export function sentenceFor(reason: Reason, hidden: boolean): string {
  const end: End = reasons[reason];
  return (hidden ? end.hiddenSentence : undefined) ?? end.sentence;
}

/** Whether the connection doctor may find out more about this end. */
export function isExaminable(reason: Reason): boolean {
  const end: End = reasons[reason];
  return end.examine ?? false;
}
