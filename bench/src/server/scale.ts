import { median } from '../median.ts';
import { table } from '../table.ts';
import { porchlight, porchlightOnTwo } from './contenders/porchlight.ts';
import type { ServerResults } from './results.ts';

/** What is assumed, because only whoever runs it can know it. */
const HOSTS = 1_000_000;
const INVITES_PER_HOST_AND_DAY = 5;
/** The busiest hour against the mean. */
const PEAK = 4;
const GIB_PER_NODE = 4;
const CHAT_MINUTES = 10;
const MESSAGES = 40;

/** docs/protocol.md §4.1, the smallest frame; RFC 9147, RFC 9260 and IPv4 with UDP around it, and TURN's ChannelData (RFC 8656). */
const FRAME_BYTES = 284;
const WRAPPING_BYTES = 29 + 28 + 28 + 4;
/** apps/web/src/lib/session/heartbeat.ts: a side that has said nothing for so long sends a frame. */
const PING_EVERY_S = 1.5;

const SECONDS_PER_DAY = 86_400;

/** The part of docs/scale.md that follows from these results. Null where two nodes were not measured. */
export function scaleTable({ pairing, waiting, claiming }: ServerResults): string | null {
  const alone = pairing.find(({ contender }) => contender === porchlight.name);
  const shared = pairing.find(({ contender }) => contender === porchlightOnTwo.name);
  const hosts = waiting.find(({ contender }) => contender === porchlight.name);
  if (alone === undefined || shared === undefined || hosts?.idle === undefined) return null;

  const bytesPerHost = median(hosts.runs.map((run) => run.bytesPerHost));
  const waitingHosts = median(hosts.runs.map((run) => run.hosts));
  const idleShare = hosts.idle.cpuPercent / 100 / waitingHosts;
  const usAlone = median(alone.runs.map((run) => run.cpuUs));
  const usOf = (ends: (what: string) => boolean): number =>
    median(
      shared.runs.map((run) => run.cpuUsOf.filter(({ what }) => ends(what)).reduce((sum, one) => sum + one.us, 0)),
    );
  const usNodes = usOf((what) => what.endsWith('node'));
  const usRedis = usOf((what) => what === 'redis-server');
  const commands = median(
    shared.runs.map((run) => Object.values(run.commands ?? {}).reduce((sum, each) => sum + each, 0)),
  );
  const claims = median(
    claiming.find(({ contender }) => contender === porchlight.name)?.runs.map((run) => run.p99Ms) ?? [NaN],
  );

  const memoryGiB = (HOSTS * bytesPerHost) / 2 ** 30;
  const perSecond = (HOSTS * INVITES_PER_HOST_AND_DAY * PEAK) / SECONDS_PER_DAY;
  const idleCores = HOSTS * idleShare;
  const pairingCores = (perSecond * usNodes) / 1e6;
  const redisCores = (perSecond * usRedis) / 1e6;
  const byMemory = Math.ceil(memoryGiB / GIB_PER_NODE);
  const byCpu = Math.ceil(idleCores + pairingCores);
  const pings = ((CHAT_MINUTES * 60) / PING_EVERY_S) * 2;
  const chatMB = ((pings + 2 * MESSAGES) * (FRAME_BYTES + WRAPPING_BYTES)) / 1e6;
  const chats = HOSTS * INVITES_PER_HOST_AND_DAY;

  return table(
    ['', 'how', ''],
    [
      ['a host that waits', 'measured, 10,000 of them', `${(bytesPerHost / 1000).toFixed(1)} kB`],
      [`${number(HOSTS)} hosts`, 'times that', `${memoryGiB.toFixed(1)} GiB`],
      [
        'their heartbeats',
        `measured, ${hosts.idle.cpuPercent.toFixed(1)} % of a core for ${number(waitingHosts)}`,
        `${idleCores.toFixed(1)} cores`,
      ],
      [
        'pairings at the busiest',
        `${String(INVITES_PER_HOST_AND_DAY)} a day for each host, ${String(PEAK)} × the mean`,
        `${number(perSecond)} a second`,
      ],
      ['a pairing, one process', 'measured', `${number(usAlone)} µs`],
      ['a pairing across two', 'measured, both nodes together', `${number(usNodes)} µs`],
      ['cores for the pairings', 'each across two', pairingCores.toFixed(1)],
      ['processes, by memory', `${String(GIB_PER_NODE)} GiB each`, String(byMemory)],
      ['processes, by CPU', 'one core each, half of it spare', String(2 * byCpu)],
      [
        'Redis',
        `${commands.toFixed(0)} commands, those of scripts among them, and ${number(usRedis)} µs a pairing, measured`,
        `${redisCores.toFixed(2)} of its one core`,
      ],
      ['claims', 'p99 at 1,000 a second on one process, measured', `${claims.toFixed(1)} ms`],
      [
        'a chat through TURN',
        `${String(CHAT_MINUTES)} minutes, ${String(MESSAGES)} messages, a frame every ${String(PING_EVERY_S)} s each way, in and out`,
        `${(2 * chatMB).toFixed(1)} MB`,
      ],
      [
        'TURN, for each tenth of the chats',
        `${number(chats / 10)} chats a day`,
        `${number((2 * chatMB * chats) / 10 / 1e3)} GB a day`,
      ],
    ],
  );
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
