import type { Reason } from '#lib/session/reasons.ts';
import type { Role } from '#lib/session/state.ts';
import type { Plain, Words } from '#lib/words/words.svelte.ts';

/** What a person is told of an end, by the keys of the words. */
interface End {
  heading: Plain;
  /** The heading for a host, where it differs: who wanted an invite did not try to connect to anyone. */
  hostHeading?: Plain;
  /** One plain sentence. */
  sentence: Plain;
  /** The sentence for who hid the address, where that may be why. */
  hiddenSentence?: Plain;
}

/** The words of every end. */
export const ends: Readonly<Record<Reason, End>> = {
  used: { heading: 'end_link_used', sentence: 'end_link_used_why' },
  reserved: { heading: 'end_link_used', sentence: 'end_reserved_why' },
  expired: { heading: 'end_link_expired', sentence: 'end_link_expired_why' },
  damaged: { heading: 'end_link_damaged', sentence: 'end_link_damaged_why' },
  missing: { heading: 'end_missing', sentence: 'end_missing_why' },
  elsewhere: { heading: 'end_elsewhere', sentence: 'end_elsewhere_why' },
  'newer-version': { heading: 'end_newer_version', sentence: 'end_newer_version_why' },
  'host-ended': { heading: 'end_host_ended', sentence: 'end_host_ended_why' },
  declined: { heading: 'end_not_let_in', sentence: 'end_declined_why' },
  unanswered: { heading: 'end_not_let_in', sentence: 'end_unanswered_why' },
  withdrawn: { heading: 'end_not_let_in', sentence: 'end_withdrawn_why' },
  'try-later': { heading: 'end_not_let_in', sentence: 'end_try_later_why' },
  left: { heading: 'end_chat_ended', sentence: 'end_left_why' },
  'peer-left': { heading: 'end_chat_ended', sentence: 'end_peer_left_why' },
  'peer-gone': { heading: 'end_chat_ended', sentence: 'end_peer_gone_why' },
  silence: { heading: 'end_chat_ended', sentence: 'end_silence_why' },
  tampered: { heading: 'end_chat_ended', sentence: 'end_tampered_why' },
  flooded: { heading: 'end_chat_ended', sentence: 'end_flooded_why' },
  failed: { heading: 'end_chat_ended', sentence: 'end_failed_why' },
  forged: { heading: 'end_could_not_connect', sentence: 'end_forged_why' },
  'could-not-connect': {
    heading: 'end_could_not_connect',
    sentence: 'end_could_not_connect_why',
    hiddenSentence: 'end_could_not_connect_hidden_why',
  },
  unreachable: { heading: 'end_could_not_connect', sentence: 'end_unreachable_why' },
  refused: { heading: 'end_could_not_connect', sentence: 'end_refused_why' },
  full: { heading: 'end_could_not_connect', hostHeading: 'end_no_new_invite', sentence: 'end_full_why' },
  crowded: { heading: 'end_could_not_connect', hostHeading: 'end_no_new_invite', sentence: 'end_crowded_why' },
  'slow-down': { heading: 'end_could_not_connect', hostHeading: 'end_no_new_invite', sentence: 'end_slow_down_why' },
  attacked: { heading: 'end_invite_ended', sentence: 'end_attacked_why' },
  'invite-ended': { heading: 'end_invite_ended', sentence: 'end_invite_ended_why' },
  'invite-expired': { heading: 'end_link_expired', sentence: 'end_invite_expired_why' },
  unsupported: { heading: 'end_unsupported', sentence: 'end_unsupported_why' },
};

/** The heading that this side sees, in these words. */
export function headingFor(words: Words, reason: Reason, role: Role): string {
  const { heading, hostHeading } = ends[reason];
  return words[(role === 'host' ? hostHeading : undefined) ?? heading]();
}

/** What this side is told, in these words. `hidden`: it hid its address. */
export function sentenceFor(words: Words, reason: Reason, hidden: boolean): string {
  const { sentence, hiddenSentence } = ends[reason];
  return words[(hidden ? hiddenSentence : undefined) ?? sentence]();
}
