import { describe, expect, it } from 'vitest';
import { objectOf, programmedService, serviceKind } from '../../test/memory/core.ts';
import { forget, konnectCalls } from '../../test/memory/manifests.ts';
import type { Stage } from '../../test/memory/stage.ts';
import { coreEntityController } from './core-entity.ts';
import { noInputs, recordedInputs } from './inputs.ts';
import { createReport } from './report.ts';

const services = '/v2/control-planes/{id}/core-entities/services';

/** A look at a service that is made of a Secret as well, in that version. What is in it no comparison shows. */
async function lookWith(stage: Stage, version: string, thorough: boolean): Promise<readonly string[]> {
  forget(stage);
  const controller = coreEntityController({
    collection: ({ controlPlane }) => `/v2/control-planes/${controlPlane}/core-entities/services`,
    body: () => ({ host: 'shop.internal' }),
    tags: () => [],
    inputs: async () => ({ ...noInputs, versions: [version] }),
    difference: () => [],
  });
  const { environment, cluster } = stage;
  const object = objectOf(stage);
  const report = createReport();
  await controller.converge({ ...environment, kind: serviceKind, cluster, object, cause: 'drift', thorough, report });
  return konnectCalls(stage);
}

describe.each([true, false])('an entity that is made of a Secret as well (thorough: %s)', (thorough) => {
  it('is written where the Secret is another one than it was written from, and only then', async () => {
    await using stage = await programmedService();
    await lookWith(stage, 'one', true);

    expect(await lookWith(stage, 'two', thorough)).toContain(`PUT ${services}/{id}`);
    expect(recordedInputs(objectOf(stage))).toContain('two');
    expect(await lookWith(stage, 'two', thorough)).toEqual(thorough ? [`GET ${services}/{id}`] : []);
  });
});
