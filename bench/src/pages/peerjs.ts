/*
 * PeerJS as its documentation shows it, with one difference: no STUN or TURN servers, since nothing here leaves the
 * machine and the other contenders ask none either.
 */
import { Peer } from 'peerjs';

import { element, showMessage } from './stage.ts';

const query = new URLSearchParams(location.search);
const role = query.get('role') ?? '';
const message = query.get('message') ?? '';
/** What the two ids of this pair have in common. */
const names = query.get('names') ?? '';

// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- PeerJS declares its options as a class and takes a plain object
const me = new Peer(`${names}-${role}`, {
  host: '127.0.0.1',
  port: Number(query.get('port')),
  path: '/',
  secure: false,
  config: { iceServers: [] },
});

me.on('open', () => {
  if (role === 'guest') {
    element('p', 'Ready');
    return;
  }
  element('button', 'Connect').addEventListener('click', () => {
    const channel = me.connect(`${names}-guest`, { reliable: true });
    channel.on('open', () => {
      void channel.send(message);
    });
  });
});

me.on('connection', (channel) => {
  channel.on('data', (data) => {
    showMessage(String(data));
  });
});
