import { describe, expect, it } from 'vitest';
import type { Ref } from '../kinds/define.ts';
import { Terminal, Wait } from './errors.ts';
import { type Ids, idsIfKnown, idsOf, konnectBlock, parentFields, recordedIds } from './ids.ts';
import type { KubernetesObject } from './objects.ts';
import type { Refs } from './refs.ts';

function objectOf(status?: unknown): KubernetesObject {
  return { apiVersion: 'v1', kind: 'K', metadata: { name: 'a', uid: 'u', resourceVersion: '1' }, status };
}

/** Refs to objects by what their `status` says; undefined where there is no object. */
function refsTo(statuses: Readonly<Record<string, unknown>>): Refs {
  const resolved = Object.entries(statuses).map(([name, status]) => {
    const found = {
      ref: { name } as Ref,
      key: { name },
      ...(status === undefined ? {} : { object: objectOf(status) }),
    };
    return [name, found] as const;
  });
  return new Map(resolved);
}

/** The status of what lives in that control plane. */
function inPlane(controlPlaneID: string, id: string) {
  return { konnect: { id, controlPlaneID } };
}

function failureOf(refs: Refs): unknown {
  try {
    return idsOf(refs);
  } catch (error) {
    return error;
  }
}

const noPlane = [
  { reason: 'no refs', refs: refsTo({}) },
  { reason: 'an object that is gone', refs: refsTo({ service: undefined }) },
  { reason: 'an object that is in no control plane yet', refs: refsTo({ service: {} }) },
];
const twoPlanes = refsTo({ service: inPlane('cp-1', 's'), route: inPlane('cp-2', 'r') });

describe('the ids of what an object refers to', () => {
  it.each([
    { reason: 'the control plane itself', refs: refsTo({ controlPlane: { id: 'cp' } }), ids: { controlPlane: 'cp' } },
    {
      reason: 'a parent that is in it',
      refs: refsTo({ service: inPlane('cp', 's') }),
      ids: { controlPlane: 'cp', service: 's' },
    },
    {
      reason: 'both, and one that is not there',
      refs: refsTo({ controlPlane: { id: 'cp' }, service: inPlane('cp', 's'), route: undefined }),
      ids: { controlPlane: 'cp', service: 's' },
    },
  ])('come from $reason', ({ refs, ids }) => {
    expect(idsOf(refs)).toStrictEqual(ids);
    expect(idsIfKnown(refs)).toStrictEqual(ids);
  });

  it.each(noPlane)('need a control plane, and say how to name one: $reason', ({ refs }) => {
    const failure = failureOf(refs);

    expect(failure).toBeInstanceOf(Terminal);
    expect(failure).toMatchObject({
      reason: 'FailedToCreate',
      message: expect.stringMatching(/no control plane: name one in spec\.controlPlaneRef\.konnectNamespacedRef/),
    });
  });

  it('are in one control plane, or waited for, and the message says where each is', () => {
    const failure = failureOf(twoPlanes);

    expect(failure).toBeInstanceOf(Wait);
    expect(failure).toMatchObject({
      reason: 'FailedToCreate',
      lost: true,
      message: expect.stringMatching(
        /different control planes \(service in cp-1, route in cp-2\): refer to objects of one,/,
      ),
    });
  });

  it.each([...noPlane, { reason: 'several control planes', refs: twoPlanes }])(
    'are unknown to a deletion that finds $reason',
    ({ refs }) => {
      expect(idsIfKnown(refs)).toBeUndefined();
    },
  );

  it('are not unknown where the code is wrong', () => {
    const broken: unknown = new Map([['service', undefined]]);
    expect(() => idsIfKnown(broken as Refs)).toThrow(TypeError);
  });
});

describe('the ids that a status tells', () => {
  const parents = { serviceID: 'service', routeID: 'route' };

  it.each([
    { reason: 'none before there is an entity', status: undefined, ids: undefined },
    { reason: 'none without a control plane', status: { konnect: { id: 'e', serviceID: 's' } }, ids: undefined },
    {
      reason: 'those of the parents that are named',
      status: { konnect: { id: 'e', controlPlaneID: 'cp', serviceID: 's', other: 'o' } },
      ids: { controlPlane: 'cp', service: 's' },
    },
    {
      reason: 'nothing that is no id',
      status: { konnect: { id: 'e', controlPlaneID: 'cp', serviceID: '', routeID: 7 } },
      ids: { controlPlane: 'cp' },
    },
  ])('are $reason', ({ status, ids }) => {
    expect(recordedIds(objectOf(status), parents)).toStrictEqual(ids);
  });

  it('are the control plane alone where the kind has no parents', () => {
    const status = { konnect: { id: 'e', controlPlaneID: 'cp', serviceID: 's' } };
    expect(recordedIds(objectOf(status))).toStrictEqual({ controlPlane: 'cp' });
  });

  it.each([
    [{ konnect: { id: 'e' } }, { id: 'e' }],
    [{ konnect: 'e' }, {}],
    [{ id: 'e' }, {}],
    [undefined, {}],
  ])('stand in the block: of %j it is %j', (status, block) => {
    expect(konnectBlock(objectOf(status))).toStrictEqual(block);
  });
});

describe('the ids of parents for the status', () => {
  const parents = { serviceID: 'service', routeID: 'route' };
  const ids: Ids = { controlPlane: 'cp', service: 's' };

  it.each([
    { reason: 'are those that the object refers to', block: {}, fields: { serviceID: 's' } },
    {
      reason: 'take off the one that it refers to no more',
      block: { routeID: 'r' },
      fields: { serviceID: 's', routeID: null },
    },
    { reason: 'are told again where they changed', block: { serviceID: 'old' }, fields: { serviceID: 's' } },
  ])('$reason', ({ block, fields }) => {
    expect(parentFields(objectOf({ konnect: block }), parents, ids)).toStrictEqual(fields);
  });

  it('are none for a kind without parents', () => {
    expect(parentFields(objectOf({ konnect: { routeID: 'r' } }), undefined, ids)).toStrictEqual({});
  });
});
