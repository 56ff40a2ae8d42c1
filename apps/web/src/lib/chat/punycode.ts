const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_CODE = 0x80;
const MAX_CODE = 0x10ffff;

/**
 * The letters that a label of a host name stands for, without its `xn--`; null for what is no punycode. RFC 3492 6.2.
 * Browsers only write it.
 */
export function decodePunycode(encoded: string): string | null {
  const delimiter = encoded.lastIndexOf('-');
  const letters = delimiter > 0 ? [...encoded.slice(0, delimiter)] : [];
  let [code, bias, place] = [INITIAL_CODE, INITIAL_BIAS, 0];
  for (let at = delimiter > 0 ? delimiter + 1 : 0; at < encoded.length;) {
    const before = place;
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(encoded.charAt(at));
      at += 1;
      if (digit === null) return null;
      place += digit * weight;
      // No label that fits into a name comes near it; numbers stay exact.
      if (place > Number.MAX_SAFE_INTEGER / BASE) return null;
      const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = letters.length + 1;
    bias = adapted(place - before, length, before === 0);
    code += Math.floor(place / length);
    place %= length;
    if (code > MAX_CODE || (code >= 0xd800 && code <= 0xdfff)) return null;
    letters.splice(place, 0, String.fromCodePoint(code));
    place += 1;
  }
  return letters.join('');
}

function digitOf(character: string): number | null {
  if (!/^[a-z0-9]$/i.test(character)) return null;
  return /\d/.test(character) ? Number(character) + 26 : character.toLowerCase().charCodeAt(0) - 97;
}

function adapted(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
