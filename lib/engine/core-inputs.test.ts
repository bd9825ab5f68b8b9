import { describe, expect, it } from 'vitest';
import { objectOf, programmedService, serviceKind } from '../../test/memory/core.ts';
import { forget, konnectCalls } from '../../test/memory/manifests.ts';
import type { Stage } from '../../test/memory/stage.ts';
import { coreEntityController } from './core-entity.ts';
import { noInputs, recordedInputs } from './inputs.ts';
import { createReport } from './report.ts';

const services = '/v2/control-planes/{id}/core-entities/services';

interface How {
  readonly thorough: boolean;
  /** Fields that have to be read before they can be written again. */
  readonly generated: readonly string[];
}

/** A look at a service that is made of a Secret as well, in that version. What is in it no comparison shows. */
async function lookWith(stage: Stage, version: string, { thorough, generated }: How): Promise<readonly string[]> {
  forget(stage);
  const controller = coreEntityController({
    collection: ({ controlPlane }) => `/v2/control-planes/${controlPlane}/core-entities/services`,
    body: () => ({ host: 'shop.internal' }),
    tags: () => [],
    generated,
    inputs: async () => ({ ...noInputs, versions: [version] }),
    difference: () => [],
  });
  const { environment, cluster } = stage;
  const object = objectOf(stage);
  const report = createReport();
  await controller.converge({ ...environment, kind: serviceKind, cluster, object, cause: 'drift', thorough, report });
  return konnectCalls(stage);
}

describe.each<How>([
  { thorough: true, generated: [] },
  { thorough: true, generated: ['path'] },
  { thorough: false, generated: [] },
  { thorough: false, generated: ['path'] },
])('an entity that is made of a Secret as well: %j', (how) => {
  it('is written where the Secret is another one than it was written from, and only then', async () => {
    await using stage = await programmedService();
    await lookWith(stage, 'one', how);

    expect(await lookWith(stage, 'two', how)).toContain(`PUT ${services}/{id}`);
    expect(recordedInputs(objectOf(stage))).toContain('two');
    expect(await lookWith(stage, 'two', how)).toEqual(how.thorough ? [`GET ${services}/{id}`] : []);
  });
});
