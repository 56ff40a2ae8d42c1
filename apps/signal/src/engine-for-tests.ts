/** Whether the tests of the server are about the one over uWebSockets.js: `npm run test:uws`. */
export const ON_UWS = process.env['PORCHLIGHT_TEST_ENGINE'] === 'uws';

/** What the environment of a server under test says of its engine. */
export const ENGINE: Readonly<Record<string, string>> = ON_UWS ? { SIGNAL_ENGINE: 'uws', SERVE_WEB: 'false' } : {};
