import { randomInt } from 'node:crypto';
import fc from 'fast-check';

/*
 * Properties try the same inputs each time, so that what failed fails again and a change is not refused for what it did not
 * touch. `SEED` is another number, or `random`; a failure names the seed it had.
 */

const { SEED = '1' } = process.env;
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED === 'random' ? randomInt(2 ** 31 - 1) : Number(SEED) });
