import { randomInt } from 'node:crypto';

/** The seed of every quick run, so that what it once found it finds again. */
export const FIXED_SEED = 20_260_101;

/** A seed that nobody knows before. */
export const freshSeed = (): number => randomInt(2 ** 31);
