import { describe, expect, it } from 'vitest';
import {
  conditionsOf,
  configMapResource,
  display,
  findCondition,
  holdsForGeneration,
  type KubernetesObject,
  keyOf,
  secretResource,
  statusText,
} from './objects.ts';

function objectOf(status?: unknown, metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'K', metadata: { name: 'a', uid: 'u', resourceVersion: '1', ...metadata }, status };
}

const condition = {
  type: 'Programmed',
  status: 'True',
  reason: 'Programmed',
  message: 'all is well',
  lastTransitionTime: '2026-02-01T00:00:00Z',
  observedGeneration: 3,
};

describe('the conditions of an object', () => {
  it('are as its status says', () => {
    const others = ['False', 'Unknown'].map((status) => ({ ...condition, type: status, status }));
    expect(conditionsOf(objectOf({ conditions: [condition, ...others] }))).toStrictEqual([condition, ...others]);
  });

  it.each([
    { reason: 'no status', status: undefined },
    { reason: 'a status that is a list', status: [condition] },
    { reason: 'no conditions', status: {} },
    { reason: 'conditions that are no list', status: { conditions: condition } },
    { reason: 'a condition that is a text', status: { conditions: ['Programmed', null, [condition]] } },
    { reason: 'a condition without a type', status: { conditions: [{ ...condition, type: undefined }] } },
    { reason: 'a type that is no text', status: { conditions: [{ ...condition, type: 7 }] } },
    { reason: 'another status than there are', status: { conditions: [{ ...condition, status: 'true' }] } },
  ])('are none: $reason', ({ status }) => {
    expect(conditionsOf(objectOf(status))).toEqual([]);
  });

  it('have texts, whatever the status holds in their place', () => {
    const { type, status } = condition;
    const found = findCondition(objectOf({ conditions: [{ type, status, reason: 7, message: null }] }), type);

    expect(found).toStrictEqual({ type, status, reason: '', message: '', lastTransitionTime: '' });
  });

  it('are found by their type', () => {
    const object = objectOf({ conditions: [{ ...condition, type: 'Valid' }, condition] });
    expect(findCondition(object, 'Programmed')).toEqual(condition);
    expect(findCondition(object, 'Other')).toBeUndefined();
  });

  it.each([
    { reason: 'True for this generation', generation: 3, changed: {}, holds: true },
    { reason: 'True for the one before', generation: 4, changed: {}, holds: false },
    { reason: 'True for no generation', generation: 3, changed: { observedGeneration: undefined }, holds: false },
    { reason: 'False', generation: 3, changed: { status: 'False' }, holds: false },
    { reason: 'of another type', generation: 3, changed: { type: 'Valid' }, holds: false },
  ])('hold: $holds where it is $reason', ({ generation, changed, holds }) => {
    const object = objectOf({ conditions: [{ ...condition, ...changed }] }, { generation });
    expect(holdsForGeneration(object, 'Programmed')).toBe(holds);
  });

  it('do not hold where there are none, not even for an object without a generation', () => {
    expect(holdsForGeneration(objectOf({}), 'Programmed')).toBe(false);
  });
});

it.each([
  [{ id: 'a' }, 'a'],
  [{ id: '' }, undefined],
  [{ id: 7 }, undefined],
  [{ id: null }, undefined],
  [{}, undefined],
  [undefined, undefined],
])('the text in the status %j is %j', (status, text) => {
  expect(statusText(objectOf(status), 'id')).toBe(text);
});

it.each([
  { reason: 'in a namespace', namespace: { namespace: 'team' }, text: 'team/a' },
  { reason: 'of a whole cluster', namespace: {}, text: 'a' },
])('an object $reason is $text', ({ namespace, text }) => {
  const key = keyOf(objectOf(undefined, namespace));

  expect(key).toStrictEqual({ ...namespace, name: 'a' });
  expect(display(key)).toBe(text);
});

it.each([
  { resource: secretResource, kind: 'Secret', plural: 'secrets' },
  { resource: configMapResource, kind: 'ConfigMap', plural: 'configmaps' },
])('a $kind is served by the core API, in namespaces', ({ resource, kind, plural }) => {
  expect(resource).toEqual({ group: '', version: 'v1', kind, plural, namespaced: true });
});
