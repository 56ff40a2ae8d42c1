/** One transport takes at most this many candidates of the peer, each at most so long. docs/protocol.md §3 */
export const MAX_CANDIDATES = 64;
export const MAX_CANDIDATE_CHARACTERS = 512;

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
// Eight groups, or fewer with one `::` (RFC 4291 2.2; no embedded IPv4, which no browser writes).
const IPV6 =
  /^(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=(?:[0-9a-f]*:){2,7}[0-9a-f]*$)(?!.*::.*::)(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?)$/i;
// A name instead of the address (draft-ietf-mmusic-mdns-ice-candidates): resolved on the local network only.
const MDNS = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/i;

// RFC 8839 5.1. Only UDP: the two browsers never connect over TCP directly (TCP to a TURN server is not seen here).
const CANDIDATE =
  /^candidate:([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) (\S{1,64}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: raddr (\S{1,64}) rport (\d{1,5}))?(?: |$)/i;

/** The candidate rebuilt from its validated parts, or null. Extensions are dropped. */
export function cleanCandidate(text: string): string | null {
  if (text.length > MAX_CANDIDATE_CHARACTERS) return null;
  const [, foundation, priority, address, port, type, relatedAddress, relatedPort] = CANDIDATE.exec(text) ?? [];
  if (foundation === undefined || address === undefined || type === undefined) return null;
  if (!isAddress(address) || !isPort(port) || Number(priority) > 0xffffffff) return null;
  if (relatedAddress !== undefined && !(isAddress(relatedAddress) && isPort(relatedPort))) return null;
  // Where it was found from is nobody's business, and nothing needs it: browsers that hide it say this too.
  const related = relatedAddress === undefined ? '' : ` raddr ${address.includes(':') ? '::' : '0.0.0.0'} rport 0`;
  return `candidate:${foundation} 1 udp ${priority ?? ''} ${address} ${port ?? ''} typ ${type.toLowerCase()}${related}`;
}

/** Whether a cleaned candidate is a place at a TURN server. */
export const isRelayed = (candidate: string): boolean => candidate.includes(' typ relay');

const isAddress = (text: string): boolean => IPV4.test(text) || IPV6.test(text) || MDNS.test(text);

const isPort = (text: string | undefined): boolean => Number(text) <= 65_535;
