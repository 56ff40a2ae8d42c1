/* y-webrtc's own signaling server, on a free port of 127.0.0.1: it listens on all addresses otherwise. */
import { Server } from 'node:http';

const listen = Reflect.get(Server.prototype, 'listen');
if (typeof listen === 'function') {
  Reflect.set(Server.prototype, 'listen', function (this: Server) {
    return Reflect.apply(listen, this, [0, '127.0.0.1']) as unknown;
  });
}
await import(new URL('../../../../node_modules/y-webrtc/bin/server.js', import.meta.url).href);
