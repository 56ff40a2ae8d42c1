import type { Finding } from '#lib/doctor/checks.ts';
import type { Line } from '#lib/doctor/lines.ts';
import type { DoctorWords } from '#lib/doctor/report.ts';
import type { Verdict, VerdictName } from '#lib/doctor/verdict.ts';
import { m, type Plain } from '#lib/words/words.svelte.ts';

/** What a check is called, and one plain sentence for what was found. */
interface CheckWords {
  label: Plain;
  found: Partial<Record<Finding, Plain>>;
}

const turn = { good: 'doctor_turn_good', bad: 'doctor_turn_bad', absent: 'doctor_turn_absent' } as const;

const lines: Readonly<Record<Line['about'], CheckWords>> = {
  secure: { label: 'doctor_secure', found: { good: 'doctor_secure_good', bad: 'doctor_secure_bad' } },
  webrtc: { label: 'doctor_webrtc', found: { good: 'doctor_webrtc_good', bad: 'doctor_webrtc_bad' } },
  server: {
    label: 'doctor_server',
    found: { good: 'doctor_server_good', bad: 'doctor_server_bad', untested: 'doctor_server_busy' },
  },
  self: { label: 'doctor_self', found: { good: 'doctor_self_good', bad: 'doctor_self_bad' } },
  stun: {
    label: 'doctor_stun',
    found: { good: 'doctor_stun_good', bad: 'doctor_stun_bad', absent: 'doctor_stun_absent' },
  },
  'turn-udp': { label: 'doctor_turn_udp', found: turn },
  'turn-tcp': { label: 'doctor_turn_tcp', found: turn },
  'turn-tls': { label: 'doctor_turn_tls', found: turn },
  storage: { label: 'doctor_storage', found: { good: 'doctor_storage_good', bad: 'doctor_storage_bad' } },
  relays: { label: 'doctor_relays', found: { absent: 'doctor_relays_absent' } },
};

const verdicts: Readonly<Record<VerdictName, Plain>> = {
  insecure: 'doctor_insecure',
  noWebrtc: 'doctor_no_webrtc',
  noServer: 'doctor_no_server',
  busy: 'doctor_busy',
  noUdp: 'doctor_no_udp',
  halfTested: 'doctor_half_tested',
  relayOnly: 'doctor_relay_only',
  well: 'doctor_well',
  noStorage: 'doctor_no_storage',
  noRelay: 'doctor_no_relay',
  relayUnreachable: 'doctor_relay_unreachable',
  blockedWithoutRelay: 'doctor_blocked_without_relay',
  blocked: 'doctor_blocked',
  relayAloneUnreachable: 'doctor_relay_alone_unreachable',
  oneNetwork: 'doctor_one_network',
};

const tones: Readonly<Record<Verdict['tone'], Plain>> = {
  good: 'doctor_good',
  limited: 'doctor_limited',
  bad: 'doctor_bad',
};

const states: Readonly<Record<Line['state'], Plain>> = {
  waiting: 'doctor_state_waiting',
  running: 'doctor_state_running',
  good: 'doctor_state_good',
  bad: 'doctor_state_bad',
  absent: 'doctor_state_absent',
  untested: 'doctor_state_untested',
};

/** What an examination is told in: all for the report, and what a card needs besides. */
export const doctorWords = {
  title: () => m().doctor_report_title(),
  label: (about: Line['about']) => m()[lines[about].label](),
  finding: (about: Line['about'], finding: Finding) => m()[lines[about].found[finding] ?? 'doctor_not_tested'](),
  verdict: (name: VerdictName) => m()[verdicts[name]](),
  tone: (tone: Verdict['tone']) => m()[tones[tone]](),
  state: (state: Line['state']) => m()[states[state]](),
  /** What was found, or null before. */
  sentence: ({ about, state }: Line): string | null =>
    state === 'waiting' || state === 'running' ? null : doctorWords.finding(about, state),
} satisfies DoctorWords & Record<string, unknown>;
