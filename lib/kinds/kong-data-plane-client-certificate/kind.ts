import { claimAnnotation } from '../../engine/names.ts';
import { adoptable, adoptByMatchOnly } from '../adopt-fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

export const kind = entityKind({
  ...served,
  description: 'A certificate in Konnect that lets data planes in.',
  schema: adoptable(schema, adoptByMatchOnly),
  notes: [claimAnnotation],
  access: [{ resource: served.resource, verbs: ['list'] }],
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
});
