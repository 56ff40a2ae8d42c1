import type { Traffic } from './capture.ts';
import type { Meeting } from './meeting.ts';
import { addresses } from './namespaces.ts';
import type { Expected, Row } from './rows.ts';
import { printed, wordsFor, type Standing } from './rung.ts';

/** All that was seen of one row. */
export interface Seen {
  readonly meeting: Meeting;
  readonly traffic: Traffic;
}

/** A page begins its second attempt after 8 s, less at most a fifth: whoever connected sooner did so by the first. */
const FIRST_ATTEMPT_MS = 6_400;

/** What is not as the row expects it, one sentence each; none if all is. */
export function complaints({ expected, setup }: Row, { meeting, traffic }: Seen): string[] {
  const found: string[] = [];
  const must = (holds: boolean, sentence: string): void => {
    if (!holds) found.push(sentence);
  };

  must(meeting.connected === (expected.outcome !== 'none'), 'It connected, and must not.');
  if (meeting.connected && expected.outcome !== 'none') {
    found.push(...misfits(expected, meeting.standing));
    must(meeting.ms < FIRST_ATTEMPT_MS, `It took ${String(meeting.ms)} ms: the first attempt must have failed.`);
    must(meeting.goesOnMs === null || meeting.goesOnMs > 0, 'What was written while the line was cut came through it.');
    if (expected.outcome === 'direct') must(traffic.between > 0, 'The capture saw nothing pass between the two.');
    if (expected.outcome === 'relay') must(traffic.turn > 0, 'The capture saw nothing pass to the TURN server.');
  }
  if (setup === 'hide') found.push(...leaks({ meeting, traffic }));
  return found;
}

/** What is wrong with where the two stand and with what their pages say of it. */
export function misfits(expected: Expected, standing: { host: Standing; guest: Standing }): string[] {
  if (expected.outcome === 'none') return [];
  return (['host', 'guest'] as const).flatMap((side) => {
    const { rung, words } = standing[side];
    const [stands, mays] = [printed(rung), expected[side]];
    return [
      ...(mays.includes(stands) ? [] : [`The ${side} stands on ${stands}, not on ${mays.join(' or ')}.`]),
      ...(words === wordsFor(rung) ? [] : [`The page of the ${side} says "${words}", and stands on ${stands}.`]),
    ];
  });
}

/** What either side could have learned of the other's address. */
function leaks({ meeting, traffic }: Seen): string[] {
  if (!meeting.connected) return [];
  const { host, guest } = meeting.known;
  // No address of the person beside the relay's either (raddr).
  const own = [...host.own, ...guest.own].filter((line) => !`${line} `.includes(' typ relay raddr 0.0.0.0 rport 0 '));
  const others = [...host.others, ...guest.others].filter((address) => address !== addresses.turn);
  const few = host.own.length === 0 || guest.own.length === 0 || host.others.length === 0 || guest.others.length === 0;
  return [
    ...own.map((line) => `A browser was ready to give away ${line}.`),
    ...others.map((address) => `A browser knows ${address || 'an unnamed address'} of the other side.`),
    ...(few ? ['A browser has no candidates to look at.'] : []),
    ...(traffic.between > 0 ? [`${traffic.between} packets passed between the two.`] : []),
  ];
}
