import { checks, type Check, type Finding } from './checks.ts';

/** One check as it is shown, or all relays at once. */
export interface Line {
  about: Check | 'relays';
  state: 'waiting' | 'running' | Finding;
}

/** The checks in their order. Where the server has no relay of any kind, one line says so instead of three. */
export function linesOf(states: Readonly<Record<Check, Line['state']>>): readonly Line[] {
  const without = relays.every((check) => states[check] === 'absent');
  const shown = without ? checks.filter((check) => !relays.includes(check)) : checks;
  const lines: Line[] = shown.map((check) => ({ about: check, state: states[check] }));
  if (without) lines.splice(checks.indexOf('turn-udp'), 0, { about: 'relays', state: 'absent' });
  return lines;
}

const relays: readonly Check[] = ['turn-udp', 'turn-tcp', 'turn-tls'];
