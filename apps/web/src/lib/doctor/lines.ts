import { checks, labelOf, sentenceOf, type Check, type Finding } from './checks.ts';

/** One check as it is shown, or all relays at once. The sentence is there once something was found. */
export interface Line {
  about: Check | 'relays';
  label: string;
  state: 'waiting' | 'running' | Finding;
  sentence: string | null;
}

/** The checks in their order. Where the server has no relay of any kind, one line says so instead of three. */
export function linesOf(states: Readonly<Record<Check, Line['state']>>): readonly Line[] {
  const without = relays.every((check) => states[check] === 'absent');
  const shown = without ? checks.filter((check) => !relays.includes(check)) : checks;
  const lines: Line[] = shown.map((check) => ({
    about: check,
    label: labelOf(check),
    state: states[check],
    sentence: sentenceIn(check, states[check]),
  }));
  if (without) lines.splice(checks.indexOf('turn-udp'), 0, noRelays);
  return lines;
}

const relays: readonly Check[] = ['turn-udp', 'turn-tcp', 'turn-tls'];
const noRelays: Line = { about: 'relays', label: 'Relays', state: 'absent', sentence: 'This server has none.' };

function sentenceIn(check: Check, state: Line['state']): string | null {
  return state === 'waiting' || state === 'running' ? null : sentenceOf(check, state);
}
