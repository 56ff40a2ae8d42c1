// Loaded before the server (node --import): SIGUSR2 sets the clock of this process an hour ahead, as a correction might.
const HOUR_MS = 3_600_000;
const real = Date.now;
let aheadMs = 0;
Date.now = () => real() + aheadMs;
process.on('SIGUSR2', () => {
  aheadMs += HOUR_MS;
  console.log('The clock is an hour ahead.');
});
