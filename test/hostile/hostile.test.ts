import { describe, it } from 'vitest';
import { suites } from './suites.ts';

/* A small sample, the same each time, of what the proof tries much more of. */

const seed = 20_261;

describe('input that means harm', () => {
  it.each(suites.map((one) => [one.what, one] as const))('%s', { timeout: 60_000 }, async (_, { sample, run }) => {
    await run(sample, seed);
  });
});
