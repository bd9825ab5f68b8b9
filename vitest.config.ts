import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const journeys = 'test/journey/**/*.test.ts';
const peers = 'test/peers/**/*.test.ts';
const install = 'test/install/**/*.test.ts';
const proofs = 'test/proof/**/*.proof.ts';
const load = 'test/proof/load.proof.ts';
const proof = { globalSetup: 'test/build-once.ts', testTimeout: 600_000, hookTimeout: 120_000 };
// A heap that may grow to gigabytes is swept late: its size says nothing. What does not fit into this one ends the run.
const small = { execArgv: ['--max-old-space-size=512'] };
const afterJourneys = 'test/journey/**/*.after.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    setupFiles: ['test/seed.ts'],
    // One more than there are processors: many a test waits for something, and another goes on meanwhile.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['lib/**/*.test.ts', 'functions/**/*.test.ts', 'infra/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, journeys, peers, install],
          // Files of one worker share what they import, which would take a third of the time if each imported it anew.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: [journeys],
          exclude: [...configDefaults.exclude, afterJourneys],
          globalSetup: 'test/build-once.ts',
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // What `npm run test:peers` runs: programs of others, where they are there.
      ...(process.env['TEST_INSTALL'] === undefined
        ? []
        : [
            {
              extends: true as const,
              test: {
                name: 'install',
                include: [install],
                globalSetup: 'test/build-once.ts',
                testTimeout: 60_000,
                hookTimeout: 90_000,
              },
            },
          ]),
      // The same, for what it installs first.
      ...(process.env['TEST_PEERS'] === undefined
        ? []
        : [
            {
              extends: true as const,
              test: {
                name: 'peers',
                include: [peers],
                globalSetup: 'test/build-once.ts',
                testTimeout: 90_000,
                hookTimeout: 90_000,
              },
            },
          ]),
      // What `npm run proof` runs: all that takes too long for every change. Load has the machine for itself, after the rest.
      ...(process.env['TEST_PROOF'] === undefined
        ? []
        : [
            { extends: true as const, test: { ...proof, ...small, name: 'proof', include: [proofs], exclude: [load] } },
            {
              extends: true as const,
              test: { ...proof, name: 'proof of load', include: [load], sequence: { groupOrder: 2 } },
            },
          ]),
      {
        extends: true,
        test: { name: 'after journeys', include: [afterJourneys], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
