import { Agent, request } from 'node:http';

import { openWire, USER_AGENT, type Door, type Wire } from './wire.ts';

/** One Socket.IO socket, spoken by hand (socket.io-protocol 5 over engine.io-protocol 4). */
export interface SocketIo {
  /** Told of every event and its first argument. */
  onEvent: (name: string, payload: unknown) => void;
  /** Sends an event and gives the first argument of its acknowledgement. */
  ask: (name: string, input: unknown) => Promise<unknown>;
  /** Sends an event that is never answered. */
  tell: (name: string, input: unknown) => void;
  /** Sends an event that is answered only if it is refused. An answer throws where it arrives. */
  tellQuietly: (name: string, input: unknown) => void;
  readonly closed: Promise<void>;
  leave: () => Promise<void>;
  /** Cuts the connection without a word. */
  cut: () => void;
}

/** Joins the server at this door with a websocket alone. */
export async function join(door: Door): Promise<SocketIo> {
  const wire = await openWire(door, '/socket.io/?EIO=4&transport=websocket');
  const socket = speaking(wire);
  wire.send('40');
  await socket.joined;
  return socket;
}

/** Joins as the client library does by default: by polling, and then with a websocket in its place. */
export async function joinByPolling(door: Door): Promise<SocketIo> {
  const poll = '/socket.io/?EIO=4&transport=polling';
  const opened = await http(door, poll);
  const sid = /"sid":"([^"]+)"/.exec(opened)?.[1] ?? '';
  const first = http(door, `${poll}&sid=${sid}`);
  const [joined] = await Promise.all([first, http(door, `${poll}&sid=${sid}`, '40')]);
  if (!joined.startsWith('40')) throw new Error(`no answer to joining: ${joined}`);
  const second = http(door, `${poll}&sid=${sid}`);
  const wire = await openWire(door, `/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
  const probed = new Promise<void>((resolve) => {
    wire.onText = () => {
      resolve();
    };
  });
  wire.send('2probe');
  await probed;
  await second;
  const socket = speaking(wire);
  wire.send('5');
  return socket;
}

function speaking(wire: Wire): SocketIo & { readonly joined: Promise<void> } {
  const answers = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  let tellJoined: () => void = () => undefined;
  const joined = new Promise<void>((resolve, reject) => {
    tellJoined = resolve;
    void wire.closed.then(() => {
      reject(new Error('closed before it had joined'));
    });
  });
  joined.catch(() => undefined); // Nobody may be waiting for it any more.

  wire.onText = (text) => {
    if (text === '2') wire.send('3');
    else if (text.startsWith('40')) tellJoined();
    else if (text.startsWith('42')) {
      const [name, payload]: unknown[] = array(JSON.parse(text.slice(2)));
      if (typeof name === 'string') socket.onEvent(name, payload);
    } else if (text.startsWith('43')) {
      const at = text.indexOf('[');
      const id = Number(text.slice(2, at));
      const answer = answers.get(id);
      if (answer === undefined) throw new Error(`refused: ${text}`);
      answers.delete(id);
      answer(array(JSON.parse(text.slice(at)))[0]);
    } else if (text.startsWith('44')) throw new Error(`turned away: ${text}`);
  };

  /** Sends an event that may be answered, under the number it gives. */
  const askable = (name: string, input: unknown): number => {
    const id = asked;
    asked += 1;
    wire.send(`42${String(id)}${JSON.stringify([name, input])}`);
    return id;
  };

  const socket = {
    onEvent: (): void => undefined,
    ask: (name: string, input: unknown): Promise<unknown> =>
      new Promise((resolve) => answers.set(askable(name, input), resolve)),
    tell: (name: string, input: unknown) => {
      wire.send(`42${JSON.stringify([name, input])}`);
    },
    tellQuietly: (name: string, input: unknown) => {
      askable(name, input);
    },
    closed: wire.closed,
    leave: () => wire.leave(),
    cut: () => {
      wire.cut();
    },
    joined,
  } satisfies SocketIo & { joined: Promise<void> } as SocketIo & { joined: Promise<void> };
  return socket;
}

function array(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One request of a polling client; each body that carries a packet counts as a frame. */
function http({ port, tally }: Door, path: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'User-Agent': USER_AGENT, Accept: '*/*', Origin: `http://127.0.0.1:${String(port)}` },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (body === undefined) tally.fromServer += 1;
          resolve(text);
        });
      },
    );
    asking.on('error', reject);
    if (body !== undefined) tally.toServer += 1;
    asking.end(body);
  });
}
