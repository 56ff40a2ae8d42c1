import { randomUUID } from 'node:crypto';

import type { Contender } from './contender.ts';
import type { YardstickPorts } from './yardsticks.ts';

/** PeerJS with its own server. */
export function peerjs(ports: YardstickPorts): Contender {
  return {
    name: 'PeerJS',
    async prepare(pair) {
      const { host, guest, message } = pair;
      const port = String(await pair.serverPort(ports.peerjs));
      const names = randomUUID();
      const page = (role: string): string =>
        `http://127.0.0.1:${String(ports.pages)}/peerjs?${new URLSearchParams({ role, message, port, names }).toString()}`;
      await guest.goto(page('guest'));
      await guest.getByText('Ready').waitFor();
      await host.goto(page('host'));
      await host.getByRole('button', { name: 'Connect' }).waitFor();
      return { button: 'Connect', knockMs: null };
    },
  };
}
