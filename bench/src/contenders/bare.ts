import type { Contender } from './contender.ts';
import type { YardstickPorts } from './yardsticks.ts';

/** A bare RTCPeerConnection with the same trickled signaling over the same kind of server. */
export function bare(ports: YardstickPorts): Contender {
  return {
    name: 'bare RTCPeerConnection',
    async prepare(pair) {
      const { host, guest, message } = pair;
      const port = String(await pair.serverPort(ports.bare));
      const page = (role: string): string =>
        `http://127.0.0.1:${String(ports.pages)}/bare?${new URLSearchParams({ role, message, port }).toString()}`;
      await guest.goto(page('guest'));
      await host.goto(page('host'));
      await host.getByRole('button', { name: 'Connect' }).waitFor();
      return { button: 'Connect', knockMs: null };
    },
  };
}
