import { Type } from 'typebox';
import type { KubernetesObject } from '../engine/objects.ts';
import { inControlPlane } from '../kinds/core-paths.ts';
import { defineKind, type Kind, type Ref } from '../kinds/define.ts';
import type { Known } from '../kinds/known.ts';
import { namedAt } from '../kinds/parent-ref.ts';

/* Kinds of a museum: their objects belong to one another as those of a gateway do. */

/** A ref of that name, to the object that `spec.<name>` names. */
export function ref(name: string, kind: string, more: Partial<Ref> = {}): Ref {
  return { name, kind, targets: namedAt('spec', name), judge: () => ({ usable: true, conditions: [] }), ...more };
}

/** @param collection where Konnect keeps its entities; without it they are control planes, or there are none. */
export function makeKind(name: string, refs: readonly Ref[] = [], collection?: string): Kind {
  return defineKind({
    resource: {
      group: 'museum.example',
      version: 'v1',
      kind: name,
      plural: `${name.toLowerCase()}s`,
      namespaced: true,
    },
    singular: name.toLowerCase(),
    categories: [],
    lane: 'entity',
    description: '',
    schema: () => Type.Object({}),
    columns: [],
    mainCondition: 'Programmed',
    refs,
    offers: () => ({}),
    ...(collection === undefined
      ? {}
      : { core: { collection: inControlPlane(collection), body: () => ({}), tags: () => [], difference: () => [] } }),
  });
}

export const museum = makeKind('Museum');
export const hall = makeKind('Hall', [ref('museum', 'Museum')], 'services');
export const room = makeKind('Room', [ref('hall', 'Hall'), ref('museum', 'Museum')], 'routes');
export const notice = makeKind('Notice');
export const sign = makeKind(
  'Sign',
  [ref('notice', 'Notice'), ref('museum', 'Museum'), ref('room', 'Room')],
  'plugins',
);

/** An object in the namespace `default` that is programmed, with its name as its uid and that of its entity. */
export function make(kind: Kind, name: string, more: Partial<KubernetesObject> = {}): Known {
  const { group, version } = kind.resource;
  const object: KubernetesObject = {
    apiVersion: `${group}/${version}`,
    kind: kind.resource.kind,
    metadata: { namespace: 'default', name, uid: `uid-of-${name}`, resourceVersion: '1', generation: 1 },
    status: { konnect: { id: `id-of-${name}`, controlPlaneID: 'plane' }, conditions: [programmed] },
    ...more,
  };
  return { kind, object };
}

export const programmed = {
  type: 'Programmed',
  status: 'True',
  reason: 'Programmed',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
};
