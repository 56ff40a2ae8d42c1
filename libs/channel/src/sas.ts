import { ascii, concat, equal, erase, expand, extract, readNumber, sha256 } from '@porchlight/invite';

/** One symbol of the comparison, with the word to say aloud. */
export interface SasEmoji {
  readonly symbol: string;
  readonly name: string;
}

/** What two people compare to be sure that nobody replaced the link: five emoji, and the same 30 bits as ten digits. */
export interface Sas {
  readonly emoji: readonly SasEmoji[];
  readonly digits: string;
}

/** C of the first message: binds the guest to its nonce (32 bytes) before it sees the host's. docs/protocol.md §3. */
export function commitTo(guestNonce: Uint8Array, guestEphemeral: Uint8Array): Uint8Array {
  return sha256(concat(ascii('porchlight1 sas-commit'), guestNonce, guestEphemeral));
}

/** Whether this nonce is the one that the commitment was made to. */
export function opensCommitment(commitment: Uint8Array, guestNonce: Uint8Array, guestEphemeral: Uint8Array): boolean {
  return guestNonce.length === 32 && equal(commitment, commitTo(guestNonce, guestEphemeral));
}

/** The comparison of one handshake. docs/protocol.md §3. */
export function sasOf(secret: Uint8Array, guestNonce: Uint8Array, hostNonce: Uint8Array, hash: Uint8Array): Sas {
  const prk = extract(concat(guestNonce, hostNonce), secret);
  const fiveBytes = expand(prk, concat(ascii('porchlight1 sas'), hash), 5);
  erase(prk);
  const value = Math.floor(readNumber(fiveBytes) / 2 ** 10); // the top 30 of 40 bits
  const emoji = [24, 18, 12, 6, 0].map((shift) => EMOJI[(value >>> shift) & 63]).filter((e) => e !== undefined);
  return { emoji, digits: value.toString().padStart(10, '0') };
}

/** All 64 symbols, in the order of their 6-bit numbers. Single code points of Unicode 9 or older, unlike each other to eye and ear. */
export const EMOJI: readonly SasEmoji[] = (
  '🐝 Bee,🐼 Panda,🐫 Camel,🐄 Cow,🦆 Duck,🦊 Fox,🐸 Frog,🐒 Monkey,🦉 Owl,🐧 Penguin,🐢 Turtle,🐍 Snake,🐅 Tiger,' +
  '🐋 Whale,🦀 Crab,🐙 Octopus,🍎 Apple,🍌 Banana,🍓 Strawberry,🍇 Grapes,🍋 Lemon,🍍 Pineapple,🥕 Carrot,🌽 Corn,' +
  '🍄 Mushroom,🌵 Cactus,🌻 Sunflower,🍁 Maple leaf,🥐 Croissant,🧀 Cheese,🍕 Pizza,🍩 Doughnut,🎂 Cake,🍦 Ice cream,' +
  '🥚 Egg,☕ Coffee,🌙 Moon,⭐ Star,🌈 Rainbow,⚡ Lightning,⛄ Snowman,🔥 Fire,🌋 Volcano,🚀 Rocket,🚲 Bicycle,🚂 Train,' +
  '🚜 Tractor,⛵ Sailboat,⚓ Anchor,🎈 Balloon,🎁 Gift,🎸 Guitar,🎺 Trumpet,🥁 Drum,🎲 Dice,🔑 Key,🔔 Bell,🔨 Hammer,' +
  '📷 Camera,👓 Glasses,🎩 Top hat,👟 Shoe,⌛ Hourglass,🏆 Trophy'
)
  .split(',')
  .map((entry) => {
    const space = entry.indexOf(' ');
    return { symbol: entry.slice(0, space), name: entry.slice(space + 1) };
  });
