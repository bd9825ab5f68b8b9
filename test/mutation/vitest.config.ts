import { defineConfig } from 'vitest/config';

/* The suites that hold the engine to what it does, in memory: the rest is too slow to run once for each mutant. */

export default defineConfig({
  test: {
    setupFiles: ['test/seed.ts'],
    include: [
      'lib/engine/*.test.ts',
      'lib/konnect/normalise*.test.ts',
      'lib/kinds/**/*.test.ts',
      'test/{consumer,credential,entity,limit}-cases.test.ts',
      'test/{parents,reference-changes}.test.ts',
    ],
    isolate: false,
    testTimeout: 30_000,
  },
});
