import { markOf } from './pair.ts';
import { REST_MS, type Contender } from './contender.ts';

/** The product itself: production build and real server, used by its accessible names. */
export function porchlight(serverPort: number): Contender {
  return {
    name: 'Porchlight',
    async prepare(pair) {
      const { host, guest } = pair;
      const origin = `http://127.0.0.1:${String(await pair.serverPort(serverPort))}`;
      await host.goto(origin);
      await host.getByRole('textbox', { name: 'Your name' }).fill('Hanna');
      await host.getByRole('button', { name: 'Create invite link' }).click();
      const link = await host.getByRole('textbox', { name: 'Invite link' }).inputValue();

      await guest.goto(link);
      await guest.getByRole('textbox', { name: 'Your name' }).fill('Mia');
      await guest.waitForLoadState('networkidle');
      await guest.waitForTimeout(REST_MS);
      await guest.getByRole('button', { name: 'Ask to join' }).click();
      const knockedAt = await markOf(host, 'can Let in');
      const askedAt = await markOf(guest, 'clicked Ask to join');
      return { button: 'Let in', knockMs: knockedAt - askedAt };
    },
  };
}
