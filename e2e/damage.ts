import { createHash } from 'node:crypto';

/** version(1) ‖ host key(32) ‖ secret(32) ‖ checksum(4). docs/protocol.md §1 */
const REGIONS = [
  ['the host key', 1],
  ['the end of the host key', 32],
  ['the secret', 33],
  ['the end of the secret', 64],
  ['the checksum', 65],
] as const;

/** The link, damaged in every region and in its form: each with a name for what was done to it. */
export function damagedLinks(link: string): [string, string][] {
  const [page = '', fragment = ''] = link.split('#');
  const changed = REGIONS.map(([where, place]): [string, string] => {
    const bytes = Buffer.from(fragment, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
    return [where, bytes.toString('base64url')];
  });
  const forms: [string, string][] = [
    ...changed,
    ['version 0', withVersion(fragment, 0)],
    ['the last character missing', fragment.slice(0, -1)],
    ['half of it missing', fragment.slice(0, 46)],
    ['a character too many', `${fragment}A`],
    ['a foreign character', `${fragment.slice(0, 20)}!${fragment.slice(21)}`],
    ['padding', `${fragment}=`],
  ];
  return forms.map(([where, text]) => [where, `${page}#${text}`]);
}

/** The link as a newer version would write it: another version byte, and everything else in order. */
export function newerLink(link: string): string {
  const [page = '', fragment = ''] = link.split('#');
  return `${page}#${withVersion(fragment, 2)}`;
}

function withVersion(fragment: string, version: number): string {
  const content = Buffer.from(fragment, 'base64url').subarray(0, -4);
  content.writeUInt8(version, 0);
  const checksum = createHash('sha256').update(content).digest().subarray(0, 4);
  return Buffer.concat([content, checksum]).toString('base64url');
}
