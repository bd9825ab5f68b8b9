import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/*
 * The suites that hold the engine to what it does, in memory: the rest is too slow to run once for each mutant. Those beside
 * the engine come first, for they are quick to notice, and the first that does ends the run of a mutant.
 */

class BesideTheEngineFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (/\/lib\/(engine|konnect)\//.test(moduleId) ? 0 : 1);
    return files.toSorted((one, other) => rank(one) - rank(other) || one.moduleId.localeCompare(other.moduleId));
  }
}

export default defineConfig({
  test: {
    setupFiles: ['test/seed.ts'],
    include: [
      'lib/engine/*.test.ts',
      'lib/konnect/normalise*.test.ts',
      'lib/kinds/{kong-consumer,kong-plugin,konnect-cloud-gateway,konnect-gateway-control-plane}*/**/*.test.ts',
      'test/{consumer,credential,entity,limit}-cases.test.ts',
      'test/{parents,reference-changes}.test.ts',
    ],
    isolate: false,
    sequence: { sequencer: BesideTheEngineFirst },
    testTimeout: 30_000,
  },
});
