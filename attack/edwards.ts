import { createHash } from 'node:crypto';

// The curve of Ed25519 (RFC 8032 §5.1) in plain arithmetic, slow and without a single refusal: what an attacker needs to
// make points and signatures that no honest library makes. Shares no line with libs/ and its libraries.

/** The field's prime, and the order of the group that keys live in. */
export const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A point of the curve, affine. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const mod = (value: bigint, modulus = P): bigint => ((value % modulus) + modulus) % modulus;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), left = exponent; left > 0n; left >>= 1n, square = (square * square) % P) {
    if (left & 1n) result = (result * square) % P;
  }
  return result;
}

const invert = (value: bigint): bigint => power(value, P - 2n);
const D = mod(-121665n * invert(121666n));
const SQRT_MINUS_ONE = power(2n, (P - 1n) / 4n);

export const add = (a: Point, b: Point): Point => affine(sum(projective(a), projective(b)));

export function multiply(scalar: bigint, point: Point): Point {
  let result = projective({ x: 0n, y: 1n });
  for (let doubled = projective(point), left = scalar; left > 0n; left >>= 1n, doubled = sum(doubled, doubled)) {
    if (left & 1n) result = sum(result, doubled);
  }
  return affine(result);
}

/** x = X/Z, y = Y/Z, so that only the end of a multiplication divides. */
type Projective = readonly [X: bigint, Y: bigint, Z: bigint];
const projective = ({ x, y }: Point): Projective => [x, y, 1n];

function affine([X, Y, Z]: Projective): Point {
  const inverse = invert(Z);
  return { x: mod(X * inverse), y: mod(Y * inverse) };
}

// Bernstein et al., Twisted Edwards Curves (2008) §6, with a = -1. Complete: no case apart.
function sum([X1, Y1, Z1]: Projective, [X2, Y2, Z2]: Projective): Projective {
  const A = mod(Z1 * Z2);
  const B = mod(A * A);
  const C = mod(X1 * X2);
  const E = mod(Y1 * Y2);
  const F = mod(D * C * E);
  const X = mod(A * mod(B - F) * mod((X1 + Y1) * (X2 + Y2) - C - E));
  return [X, mod(A * mod(B + F) * mod(E + C)), mod(mod(B - F) * mod(B + F))];
}

/** x and y in 32 bytes, as they are: y may be p or more, and the sign of x = 0 may be set. */
function written(y: bigint, sign: bigint): Buffer {
  return Buffer.from((y | (sign << 255n)).toString(16).padStart(64, '0'), 'hex').reverse();
}

export const encode = ({ x, y }: Point): Buffer => written(y, x & 1n);

/** The point that ZIP 215 reads in these bytes (y may be p or more, the sign of x = 0 set), or null off the curve. */
function decode(bytes: Uint8Array): Point | null {
  const all = littleEndian(bytes);
  const y = mod(all & (2n ** 255n - 1n));
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * SQRT_MINUS_ONE);
  if (mod(v * x * x) !== u) return null;
  return { x: (x & 1n) === all >> 255n ? x : mod(-x), y };
}

export const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** A scalar in 32 bytes, reduced or not. */
export const scalarBytes = (value: bigint): Buffer => written(value, 0n);

export const BASE: Point = (() => {
  const y = mod(4n * invert(5n));
  return decode(written(y, 0n)) ?? { x: 0n, y };
})();

/** The eight points whose order divides 8, the neutral one first. */
export const TORSION: readonly Point[] = (() => {
  for (let y = 2n; ; y++) {
    const point = decode(written(y, 0n));
    const small = point === null ? null : multiply(L, point);
    if (small === null || multiply(4n, small).y === 1n) continue; // its order is below 8
    return Array.from({ length: 8 }, (_, i) => multiply(BigInt(i), small));
  }
})();

/** Every way to write a point of small order that ZIP 215 reads: canonical, y beyond p, and with "negative zero". */
export const SMALL_ORDER_ENCODINGS: readonly Buffer[] = TORSION.flatMap(({ x, y }) => {
  const signs = x === 0n ? [0n, 1n] : [x & 1n];
  const ys = y + P < 2n ** 255n ? [y, y + P] : [y];
  return ys.flatMap((one) => signs.map((sign) => written(one, sign)));
});

const sha512 = (...parts: Uint8Array[]): Buffer => createHash('sha512').update(Buffer.concat(parts)).digest();

/** The secret scalar of a 32-byte seed (RFC 8032 §5.1.5). */
export function scalarOf(seed: Uint8Array): bigint {
  const half = sha512(seed).subarray(0, 32);
  half[0] = (half[0] ?? 0) & 248;
  half[31] = ((half[31] ?? 0) & 63) | 64;
  return littleEndian(half);
}

/** Makes R ‖ S with a secret scalar and an R of any kind: `nonce` is R's part in the prime-order group, as a scalar. */
export function signWith(
  message: Uint8Array,
  key: { scalar: bigint; publicKey: Uint8Array },
  r: { nonce: bigint; bytes: Uint8Array },
): Buffer {
  const k = littleEndian(sha512(r.bytes, key.publicKey, message)) % L;
  return Buffer.concat([r.bytes, scalarBytes((r.nonce + k * key.scalar) % L)]);
}

/** Whether ZIP 215 takes this signature: 8·S·B = 8·R + 8·k·A, and nothing asked of A and R but to be on the curve. */
export function zip215Accepts(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  const [rBytes, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  const [r, a] = [decode(rBytes), decode(publicKey)];
  if (r === null || a === null || s >= L) return false;
  const k = littleEndian(sha512(rBytes, publicKey, message)) % L;
  const left = multiply(8n * s, BASE);
  const right = multiply(8n, add(r, multiply(k, a)));
  return left.x === right.x && left.y === right.y;
}
