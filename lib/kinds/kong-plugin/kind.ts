import { secretResource } from '../../engine/objects.ts';
import { annotatedTags } from '../../engine/tags.ts';
import { defineKind } from '../define.ts';
import { served as binding } from '../kong-plugin-binding/schema.ts';
import { annotatedKinds } from './annotated.ts';
import { schema, served } from './schema.ts';
import { secretsOf } from './secrets.ts';

export const kind = defineKind({
  ...served,
  lane: 'entity',
  description: 'A plugin and its configuration. Objects name it in an annotation, or bindings refer to it.',
  schema,
  mainCondition: 'Programmed',
  reasons: [
    [
      'Programmed',
      'NotBound',
      'no object of the namespace names it, and no binding refers to it: nothing of it is in Konnect',
    ],
    [
      'Programmed',
      'BindingsNotProgrammed',
      'not all of its bindings are in Konnect; the message has the first of them',
    ],
    [
      'Programmed',
      'RoutesUnplaced',
      'routes name it whose service is not there: it stays on what it is on, and comes on no consumer or group alone',
    ],
  ],
  restReasons: ['NotBound'],
  refs: [],
  wakes: [{ resource: secretResource, targets: (object) => secretsOf(object).map(({ name }) => ({ name })) }],
  // All of it goes into the entities of its bindings, and what of it does not count as a new generation.
  offers: ({ metadata }) => ({ generation: metadata.generation, tags: annotatedTags(metadata) }),
  deletingWaits: 'until no binding of it is there any more',
  access: [
    { resource: binding.resource, verbs: ['get', 'list', 'create', 'patch', 'delete'] },
    ...Object.values(annotatedKinds).map((resource) => ({ resource, verbs: ['list'] as const })),
  ],
});
