import { difference, rulesFor } from '../../konnect/normalise.ts';
import { comparable } from '../comparable.ts';
import { inControlPlane, present, specTags } from '../core-paths.ts';
import type { Ref } from '../define.ts';
import { fieldsOf, textAt } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef, namesControlPlane } from '../konnect-gateway-control-plane/ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({ defaults: { description: null } });

export const kind = entityKind({
  ...served,
  description: 'A vault in Konnect: where data planes read secrets from.',
  schema,
  parents: [entityControlPlaneRef(targets)],
  concerns: namesControlPlane,
  mapping: {
    collection: inControlPlane('vaults'),
    body: (object) => {
      const { backend, prefix, description, config } = fieldsOf(schema, object).spec;
      return present({ name: backend, prefix, description, config });
    },
    tags: specTags,
    // Konnect completes the configuration by what the backend knows: only the fields that are set are compared.
    difference: (body, entity) => difference(comparable(body), comparable(entity), rules),
    computed: ['config'],
    uniqueName: ({ prefix }) => (typeof prefix === 'string' ? prefix : undefined),
  },
});

/** A vault has no namespace of its own, so that of the control plane has to be written. */
function targets({ spec }: Parameters<Ref['targets']>[0]): ReturnType<Ref['targets']> {
  const name = textAt(spec, 'controlPlaneRef', 'konnectNamespacedRef', 'name');
  const namespace = textAt(spec, 'controlPlaneRef', 'konnectNamespacedRef', 'namespace');
  return name === undefined || namespace === undefined ? [] : [{ namespace, name }];
}
