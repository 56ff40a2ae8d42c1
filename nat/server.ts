import { at, node } from '../scripts/places.js';
import { start, type Running } from './command.ts';
import { addresses, inside } from './namespaces.ts';

/** Where the pages come from: port 443, the only one that is open everywhere. Not https, so the browsers are told to trust it. */
export const ORIGIN = `http://${addresses.server}:443`;

/** Starts the real server on the public side, told of the STUN and TURN servers by these variables. */
export async function startServer(ice: Readonly<Record<string, string>>): Promise<Running> {
  const env = { ...process.env, HOST: addresses.server, PORT: '443', ...ice };
  return start([...inside('pub'), node, at('apps', 'signal', 'src', 'main.ts')], /Porchlight is at/, env);
}
