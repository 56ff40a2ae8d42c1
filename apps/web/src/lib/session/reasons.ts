interface End {
  /** Whether the same link may still be asked with. */
  again: boolean;
  /** Whether an examination of this browser and its network may tell more. */
  examine?: boolean;
}

/** Why a session ended: a closed list. What a person is told of each is in ui/ends.ts. */
export const reasons = {
  used: { again: false },
  reserved: { again: true },
  expired: { again: false },
  damaged: { again: false },
  missing: { again: false },
  elsewhere: { again: false },
  'newer-version': { again: false },
  'host-ended': { again: false },
  declined: { again: true },
  unanswered: { again: true },
  withdrawn: { again: true },
  'try-later': { again: true },
  left: { again: false },
  'peer-left': { again: false },
  'peer-gone': { again: false },
  silence: { again: false },
  tampered: { again: false },
  flooded: { again: false },
  failed: { again: false },
  forged: { again: false },
  'could-not-connect': { again: false, examine: true },
  unreachable: { again: true, examine: true },
  refused: { again: true },
  full: { again: true },
  crowded: { again: true },
  'slow-down': { again: true },
  attacked: { again: false },
  'invite-ended': { again: false },
  'invite-expired': { again: false },
  unsupported: { again: false, examine: true },
} as const satisfies Record<string, End>;

export type Reason = keyof typeof reasons;

/** Whether the connection doctor may find out more about this end. */
export function isExaminable(reason: Reason): boolean {
  const end: End = reasons[reason];
  return end.examine ?? false;
}
