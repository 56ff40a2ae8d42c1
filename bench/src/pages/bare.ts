/*
 * The yardstick: one RTCPeerConnection per side and its trickled signals over Socket.IO, with nothing added. The host
 * offers on a click and sends the first message when the channel opens.
 */
import { io } from 'socket.io-client';

import { element, showMessage } from './stage.ts';

declare global {
  interface Window {
    /** Host: round trips over the data channel, in milliseconds. */
    pingMs?: (count: number) => Promise<number[]>;
  }
}

type Signal = { description: RTCSessionDescriptionInit } | { candidate: RTCIceCandidateInit };

const query = new URLSearchParams(location.search);
const role = query.get('role');
const message = query.get('message') ?? '';
const socket = io(`http://127.0.0.1:${query.get('port') ?? ''}`, { transports: ['websocket'] });

const PING = 'ping';
let peer: RTCPeerConnection | null = null;

socket.on('connect', () => {
  socket.emit('join');
});

socket.on('both here', () => {
  if (role !== 'host') return;
  element('button', 'Connect').addEventListener('click', () => {
    void offer();
  });
});

socket.on('signal', (signal: Signal) => {
  void take(signal);
});

function connection(): RTCPeerConnection {
  const made = new RTCPeerConnection();
  made.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate !== null) socket.emit('signal', { candidate });
  });
  // The same kind of channel as the product's, docs/protocol.md §4: nothing to announce before the first message.
  const channel = made.createDataChannel('chat', { negotiated: true, id: 0 });
  if (role === 'host') speak(channel);
  else listen(channel);
  return made;
}

async function offer(): Promise<void> {
  peer = connection();
  await peer.setLocalDescription();
  socket.emit('signal', { description: peer.localDescription });
}

async function take(signal: Signal): Promise<void> {
  if ('candidate' in signal) {
    await peer?.addIceCandidate(signal.candidate);
    return;
  }
  peer ??= connection();
  // Candidates may come in meanwhile; the browser queues them behind this (W3C webrtc-pc 4.4.1.2, operations chain).
  await peer.setRemoteDescription(signal.description);
  if (signal.description.type !== 'offer') return;
  await peer.setLocalDescription();
  socket.emit('signal', { description: peer.localDescription });
}

function speak(channel: RTCDataChannel): void {
  channel.addEventListener('open', () => {
    channel.send(message);
  });
  window.pingMs = async (count) => {
    const trips: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const sentAt = performance.now();
      channel.send(PING);
      await new Promise((resolve) => {
        channel.addEventListener('message', resolve, { once: true });
      });
      trips.push(performance.now() - sentAt);
    }
    return trips;
  };
}

function listen(channel: RTCDataChannel): void {
  channel.addEventListener('message', ({ data }) => {
    if (data === PING) channel.send(PING);
    else showMessage(String(data));
  });
}
