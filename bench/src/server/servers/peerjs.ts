/* PeerJS's own server with its defaults, but for the number of clients it takes. */
import { PeerServer } from 'peer';

PeerServer({ host: '127.0.0.1', port: 0, path: '/', concurrent_limit: 1_000_000 });
