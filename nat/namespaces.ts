import { attempt, run } from './command.ts';

/** The two sides of the lab. Host A invites, host B is the guest. */
export type Side = 'A' | 'B';
type Place = 'pub' | `nat${Side}` | `host${Side}`;

/**
 * Addresses of the lab, none of them reachable from outside of it. Those of the public side are for documentation (RFC 5737):
 * public to every program, and nobody's. The server and the TURN server have one each, because where only port 443 is open
 * both must be there.
 */
export const addresses = {
  server: '203.0.113.1',
  turn: '203.0.113.7',
  /** What the public side sees of a NAT. */
  wan: { A: '192.0.2.2', B: '198.51.100.2' },
  /** What a browser's machine calls itself. */
  host: { A: '10.202.1.2', B: '10.202.2.2' },
} as const;

/** The public side's end of the line to a NAT, and the NAT's end of the line to its host. */
const gateways = { pub: { A: '192.0.2.1', B: '198.51.100.1' }, nat: { A: '10.202.1.1', B: '10.202.2.1' } } as const;

/** The interface of a NAT that looks outside, and the one that looks inside. */
export const WAN = 'wan';
export const LAN = 'lan';

/** Names carry the process that made them, so that two runs never meet and leftovers can be told from what is in use. */
const PREFIX = 'porchnat';
const PLACES: readonly Place[] = ['pub', 'natA', 'natB', 'hostA', 'hostB'];

const nameOf = (place: Place): string => `${PREFIX}-${String(process.pid)}-${place}`;

/** The beginning of a command that is to run in this place. */
export const inside = (place: Place): string[] => ['ip', 'netns', 'exec', nameOf(place)];

/** Runs a program in this place to its end; gives what it printed. Throws if it fails. */
export function runIn(place: Place, ...command: string[]): string {
  const [program = '', ...args] = [...inside(place), ...command];
  return run(program, ...args);
}

/**
 * Makes the five places and the lines between them: hostA – natA – pub – natB – hostB. Packets pass, and nothing is
 * translated or refused yet. Nothing outside of these places is touched, and no line leads out of them.
 */
export function makePlaces(): void {
  for (const place of PLACES) {
    run('ip', 'netns', 'add', nameOf(place));
    runIn(place, 'ip', 'link', 'set', 'lo', 'up');
  }
  for (const place of ['pub', 'natA', 'natB'] as const) {
    runIn(place, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  }
  for (const address of [addresses.server, addresses.turn]) {
    runIn('pub', 'ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
  }
  for (const side of ['A', 'B'] as const) {
    join(
      { place: 'pub', device: `to${side}`, address: gateways.pub[side] },
      { place: `nat${side}`, device: WAN, address: addresses.wan[side] },
    );
    join(
      { place: `nat${side}`, device: LAN, address: gateways.nat[side] },
      { place: `host${side}`, device: 'eth0', address: addresses.host[side] },
    );
    runIn(`nat${side}`, 'ip', 'route', 'add', 'default', 'via', gateways.pub[side]);
    runIn(`host${side}`, 'ip', 'route', 'add', 'default', 'via', gateways.nat[side]);
  }
}

/** Tells the public side the way to a host by its own address, as if it had no NAT. */
export function routeToHost(side: Side): void {
  runIn('pub', 'ip', 'route', 'add', `${addresses.host[side]}/32`, 'via', addresses.wan[side]);
}

/**
 * Pulls the plug between a host and its NAT: the host sees that its line is gone, nothing passes either way, and the NAT
 * keeps what it knows. `restore` puts it back.
 */
export function cut(side: Side): void {
  runIn(`nat${side}`, 'ip', 'link', 'set', LAN, 'down');
}

export function restore(side: Side): void {
  runIn(`nat${side}`, 'ip', 'link', 'set', LAN, 'up');
}

interface End {
  place: Place;
  device: string;
  address: string;
}

function join(one: End, other: End): void {
  const peer = ['peer', 'name', other.device, 'netns', nameOf(other.place)];
  run('ip', 'link', 'add', one.device, 'netns', nameOf(one.place), 'type', 'veth', ...peer);
  for (const { place, device, address } of [one, other]) {
    runIn(place, 'ip', 'address', 'add', `${address}/24`, 'dev', device);
    runIn(place, 'ip', 'link', 'set', device, 'up');
  }
}

/** Removes this run's places with everything that runs in them. Never throws. */
export function removePlaces(): void {
  for (const place of PLACES) remove(nameOf(place));
}

/** Removes the places of earlier runs that were stopped before they could. Those of a run that still goes on stay. */
export function removeLeftovers(): void {
  const names = (attempt('ip', 'netns', 'list') ?? '').split('\n').map((line) => line.split(' ')[0] ?? '');
  for (const name of names) {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(name);
  }
}

function remove(name: string): void {
  // A place lives as long as a process is in it. Only what was started here can be in one of these.
  for (const pid of (attempt('ip', 'netns', 'pids', name) ?? '').split('\n').filter((line) => line !== '')) {
    attempt('kill', '-KILL', pid);
  }
  attempt('ip', 'netns', 'delete', name);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
