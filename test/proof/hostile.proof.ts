import { randomInt } from 'node:crypto';
import { afterAll, describe, it } from 'vitest';
import { suites } from '../hostile/suites.ts';
import { note } from './figures.ts';

/* Input that means harm, each time another: `PROOF_SEED` repeats a run. A failure names its own seed and path as well. */

const seed = Number(process.env['PROOF_SEED'] ?? randomInt(2 ** 31 - 1));

afterAll(() => {
  const value = process.resourceUsage().maxRSS * 1_024;
  note({ what: 'hostile input: most memory of the process that took all of it', value, unit: 'bytes', bar: 1e9 });
});

describe(`input that means harm (PROOF_SEED=${seed})`, () => {
  it.each(suites.map((one) => [one.what, one] as const))('%s', { timeout: 600_000 }, async (what, { proof, run }) => {
    note({ what: `hostile input: ${what}`, value: await run(proof, seed), unit: 'count' });
  });
});
