import { describe, expect, it } from 'vitest';
import { entities, look, programmedService, serviceKind } from '../../test/memory/core.ts';
import { key } from '../../test/memory/manifests.ts';
import { adoptedId, isEntity, itemPath } from './core-calls.ts';
import type { KubernetesObject } from './objects.ts';

describe('an answer', () => {
  it.each([
    { body: {}, why: 'that is empty' },
    { body: { id: '' }, why: 'with no id' },
    { body: { id: 7 }, why: 'whose id is no text' },
    { body: { wrapped: 'x' }, why: 'that wraps nothing' },
    { body: [], why: 'that is a list' },
  ])('$why is none: the object is looked at again', async ({ body }) => {
    await using stage = await programmedService();
    stage.konnect.setFault(({ method, path }) =>
      method === 'GET' && path.includes('/services/') ? { status: 200, body } : undefined,
    );

    expect(await look(stage, 'drift')).toMatchObject({ is: 'retry', message: 'Konnect answered without an entity' });
  });
});

describe('a deletion', () => {
  it('is not done while Konnect still shows the entity', async () => {
    await using stage = await programmedService();
    const [before] = entities(stage);
    stage.cluster.user.remove(serviceKind.resource, key('svc'));
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? { status: 204 } : undefined));

    expect(await look(stage)).toEqual({
      is: 'retry',
      message: `the entity ${before?.id} is still there after its deletion`,
      afterSeconds: 1,
    });
    expect(stage.find(serviceKind.resource, 'svc')?.metadata.finalizers).toHaveLength(1);
  });
});

describe('itemPath', () => {
  it('leads to what has an id', () => {
    expect(itemPath('/v2/x', 'a-B_9')).toBe('/v2/x/a-B_9');
  });

  it.each(['', '..', 'a/b', 'a?b', 'ä', 'a b'])('leads nowhere with "%s", and says what to correct', (id) => {
    expect(() => itemPath('/v2/x', id)).toThrow(
      expect.objectContaining({
        reason: 'Invalid',
        message: `"${id}" is no id of an entity in Konnect: correct spec.adopt or the status`,
      }),
    );
  });
});

it.each([
  [{ adopt: { konnect: { id: 'x' } } }, 'x'],
  [{ adopt: { konnect: { id: '' } } }, undefined],
  [{ adopt: { konnect: { id: 7 } } }, undefined],
  [{ adopt: { konnect: 'x' } }, undefined],
  [{ adopt: 'x' }, undefined],
  [{}, undefined],
  [undefined, undefined],
])('spec %j adopts %s', (spec, id) => {
  expect(adoptedId({ spec } as unknown as KubernetesObject)).toBe(id);
});

it.each([
  [{ id: 'x' }, true],
  [{ id: '' }, false],
  [{ id: 1 }, false],
  [{}, false],
  ['x', false],
  [null, false],
])('%j is an entity: %s', (value, expected) => {
  expect(isEntity(value)).toBe(expected);
});
