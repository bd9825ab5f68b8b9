import { expect, it } from 'vitest';
import { entities, programmedService, serviceKind } from '../../test/memory/core.ts';
import { key } from '../../test/memory/manifests.ts';
import type { ObjectEventData } from '../events/event.ts';
import { reconcile } from './reconcile.ts';

it.each([
  ['of another name', { name: 'nobody', orphanIn: key('cp') }, 'done'],
  ['of a control plane in no namespace', { orphanIn: { name: 'cp' } }, 'malformed'],
  ['of an object in no namespace', { namespace: undefined, orphanIn: key('cp') }, 'malformed'],
] as const)('an event %s deletes nothing of an object that is there', async (_, wrong, is) => {
  await using stage = await programmedService();
  const before = entities(stage);
  const { metadata } = stage.object(serviceKind, 'svc');
  const { group, version, kind } = serviceKind.resource;
  const right = { cluster: 'blue', group, version, kind, ...key('svc'), uid: metadata.uid, resourceVersion: '1' };
  const event: ObjectEventData = { ...right, generation: 1, cause: 'drift' };

  const verdict = await reconcile(stage.environment, stage.cluster, { ...event, ...wrong } as ObjectEventData);

  expect(verdict.is).toBe(is);
  expect(entities(stage)).toEqual(before);
});
