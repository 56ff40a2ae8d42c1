import { addresses, LAN, routeToHost, runIn, WAN, type Side } from './namespaces.ts';

/**
 * What stands between a browser and the others.
 * `open`: nothing; its address is public, and nothing is refused.
 * `cone`: a NAT that keeps the port and lets in only what was sent to before (RFC 4787: endpoint-independent mapping,
 * address and port-dependent filtering; "port-restricted cone" in RFC 3489).
 * `full cone`: the same, but it lets in everything that comes to the port.
 * `symmetric`: a NAT with a port of its own for every other side (address and port-dependent mapping).
 * `no udp`: a cone behind a firewall that drops UDP.
 * `only 443`: a cone behind a firewall that lets out TCP to port 443 and nothing else.
 */
export type Kind = 'open' | 'cone' | 'full cone' | 'symmetric' | 'no udp' | 'only 443';

/** Sets up the NAT of this side. `iptables` names the program that works here. Call it once for each lab. */
export function setNat(side: Side, kind: Kind, iptables: string): void {
  const rule = (...words: string[]): string => runIn(`nat${side}`, iptables, ...words);
  if (kind === 'open') {
    routeToHost(side);
    return;
  }

  const random = kind === 'symmetric' ? ['--random-fully'] : [];
  rule('-t', 'nat', '-A', 'POSTROUTING', '-o', WAN, '-j', 'MASQUERADE', ...random);
  // What the other side sends first is for nobody. Were it taken in by the NAT itself, it would hold the port that the
  // host's own packet is about to need, and that one would get another.
  rule('-A', 'INPUT', '-i', WAN, '-j', 'DROP');
  rule('-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT');
  switch (kind) {
    case 'full cone':
      rule(
        '-t',
        'nat',
        '-A',
        'PREROUTING',
        '-i',
        WAN,
        '-p',
        'udp',
        '-j',
        'DNAT',
        '--to-destination',
        addresses.host[side],
      );
      break;
    case 'no udp':
      rule('-A', 'FORWARD', '-p', 'udp', '-j', 'DROP');
      break;
    case 'only 443':
      rule('-A', 'FORWARD', '-i', LAN, '-p', 'tcp', '!', '--dport', '443', '-j', 'DROP');
      rule('-A', 'FORWARD', '-i', LAN, '!', '-p', 'tcp', '-j', 'DROP');
      break;
    case 'cone':
    case 'symmetric':
  }
}
