import { objectOf, planeId, serviceStage } from './core.ts';
import { conditionText } from './manifests.ts';
import type { Stage } from './stage.ts';

/* What the suites of adoption share: the service `id`, and the object `svc` that is to adopt it. */

export const id = 'a7f0c4a4-0000-4000-8000-000000000001';

export const path = '/v2/control-planes/{id}/core-entities/services/{id}';

export const stranger = 'k8s-uid:99999999-0000-4000-8000-000000000000';

/** A service that was made by hand, and an object that is to adopt it. */
export async function adopting(
  mode: 'match' | 'override' | undefined,
  made: object = {},
  spec: object = {},
): Promise<Stage> {
  const adopt = { from: 'konnect', konnect: { id }, ...(mode === undefined ? {} : { mode }) };
  const stage = await serviceStage({ name: 'shop', adopt, ...spec });
  stage.konnect.putEntity(planeId(stage), 'services', id, { name: 'shop', host: 'shop.internal', ...made });
  return stage;
}

export function condition(stage: Stage, type = 'Adopted'): string {
  return conditionText(objectOf(stage), type);
}
