/** The hostile page's own end of the connection, past all that the product puts before it. */
export interface Loose {
  /** Whether the channel still takes anything. */
  isOpen(): boolean;
  /** Whether it takes one more message without its buffer overflowing, which would end the line from this side. */
  takesMore(): boolean;
  /** One message on the data channel, of any size or kind. */
  send(message: Uint8Array | string): void;
  /** The same message `count` times, as fast as the browser takes them. Gives how many it took before the line was cut. */
  sendMany(message: Uint8Array | string, count: number): Promise<number>;
  /** Opens one more channel, announced to the peer inside the connection. */
  openChannel(): void;
  /** Adds an audio track and describes it; the SDP offers it beside the channel. */
  offerTrack(): Promise<string>;
}

/** The browser's own buffer of a channel holds 16 MiB; beyond it `send` throws. */
const BUFFERED_BYTES = 8 * 1024 * 1024;

/** Replaces this page's RTCPeerConnection by one that can be held, and that sends more than the peer says it takes. */
export function looseConnections(): Loose {
  const made: { connection: RTCPeerConnection; channel: RTCDataChannel }[] = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      made.push({ connection: this, channel });
      return channel;
    }
    // Only the form with promises is ever called. 0 stands for no limit (RFC 8841 6.1).
    override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
      return super.setRemoteDescription({ type, sdp: sdp.replace(/a=max-message-size:\d+/, 'a=max-message-size:0') });
    }
  };

  const isOpen = ({ channel }: (typeof made)[number]): boolean => channel.readyState === 'open';
  // A second attempt may have been begun while the first one came through.
  const hold = (): (typeof made)[number] => {
    const held = made.findLast(isOpen) ?? made.at(-1);
    if (held === undefined) throw new Error('no connection');
    return held;
  };
  const hasRoom = ({ channel }: (typeof made)[number]): boolean => channel.bufferedAmount <= BUFFERED_BYTES;
  const send = (message: Uint8Array | string): void => {
    if (typeof message === 'string') hold().channel.send(message);
    else hold().channel.send(new Uint8Array(message));
  };

  return {
    isOpen() {
      return made.some(isOpen);
    },
    takesMore() {
      return made.some(isOpen) && hasRoom(hold());
    },
    send,
    async sendMany(message, count) {
      const held = hold();
      for (let sent = 0; sent < count; sent += 1) {
        while (!hasRoom(held)) {
          if (!isOpen(held)) return sent;
          await new Promise((next) => setTimeout(next, 5));
        }
        if (!isOpen(held)) return sent;
        send(message);
        // The page itself must go on breathing, to hear that the line was cut.
        if (sent % 5000 === 4999) await new Promise((next) => setTimeout(next));
      }
      return count;
    },
    openChannel() {
      // Not by the method of the product's own class, which would take it for the chat's channel.
      const extra = Native.prototype.createDataChannel.call(hold().connection, 'another');
      extra.addEventListener('open', () => {
        extra.send('here I am');
      });
    },
    async offerTrack() {
      const { connection } = hold();
      const [track] = new AudioContext().createMediaStreamDestination().stream.getTracks();
      if (track === undefined) throw new Error('no track');
      connection.addTrack(track);
      await connection.setLocalDescription(await connection.createOffer());
      return connection.localDescription?.sdp ?? '';
    },
  };
}
