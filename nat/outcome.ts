import type { Traffic } from './capture.ts';
import type { Meeting } from './meeting.ts';
import { addresses } from './namespaces.ts';
import type { Rung } from './page.ts';
import type { Row } from './rows.ts';

/** All that was seen of one row. */
export interface Seen {
  readonly meeting: Meeting;
  readonly traffic: Traffic;
}

/** E.g. `srflx`; `relay/tcp` for its own relay, reached over TCP; `their relay` where it sends to the other side's. */
export function printed({ type, relayProtocol, towards }: Rung): string {
  if (type === 'relay') return `relay/${relayProtocol ?? '?'}`;
  return towards === 'relay' ? 'their relay' : type;
}

/** What is not as the row expects it, one sentence each; none if all is. */
export function complaints({ expected, setup }: Row, { meeting, traffic }: Seen): string[] {
  const found: string[] = [];
  const must = (holds: boolean, sentence: string): void => {
    if (!holds) found.push(sentence);
  };

  must(meeting.connected === (expected.outcome !== 'none'), 'It connected, and must not.');
  if (meeting.connected && expected.outcome !== 'none') {
    const { path, rungs } = meeting;
    must(path === expected.outcome, `The pages say ${path}, not ${expected.outcome}.`);
    for (const side of ['host', 'guest'] as const) {
      const rung = printed(rungs[side]);
      must(expected[side].includes(rung), `The ${side} stands on ${rung}, not on ${expected[side].join(' or ')}.`);
    }
    if (path === 'direct') must(traffic.between > 0, 'The capture saw nothing pass between the two.');
    else must(traffic.turn > 0, 'The capture saw nothing pass to the TURN server.');
  }
  if (setup === 'hide') found.push(...leaks({ meeting, traffic }));
  return found;
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
