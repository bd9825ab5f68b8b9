import { expect, it } from 'vitest';
import type { Manifest } from '../../test/memory/cluster.ts';
import {
  editService,
  entities,
  entity,
  look,
  planeId,
  programmedService,
  service,
  serviceKind,
} from '../../test/memory/core.ts';
import { conditionText, forget, key, konnectCalls } from '../../test/memory/manifests.ts';
import type { Stage } from '../../test/memory/stage.ts';
import { deletionPolicyAnnotation } from './names.ts';

type Mode = 'match' | 'override' | undefined;

it.each(['override', undefined] as const)('mode %s adopts what a deleted object left behind', async (mode) => {
  await using stage = await retained();
  stage.cluster.user.apply(serviceKind.resource, heir(stage, mode));

  expect(await stage.reconcile(serviceKind, 'heir')).toEqual({ is: 'done' });

  const object = stage.object(serviceKind, 'heir');
  expect(conditionText(object, 'Adopted')).toBe('True Adopted');
  expect(entity(stage)['tags']).toContain(`k8s-uid:${object.metadata.uid}`);
  stage.cluster.user.remove(serviceKind.resource, key('heir'));
  expect(await stage.reconcile(serviceKind, 'heir')).toEqual({ is: 'done' });
  expect(entities(stage)).toEqual([]);
});

it('an object that was made anew under its name adopts what the one before it had', async () => {
  await using stage = await retained();
  const before = entity(stage);
  stage.cluster.user.apply(serviceKind.resource, heir(stage, 'override', 'svc'));

  expect(await stage.reconcile(serviceKind, 'svc')).toEqual({ is: 'done' });

  const { uid } = stage.object(serviceKind, 'svc').metadata;
  expect(before['tags']).not.toContain(`k8s-uid:${uid}`);
  expect(entities(stage)).toMatchObject([{ id: before.id, tags: expect.arrayContaining([`k8s-uid:${uid}`]) }]);
});

it.each([
  {
    left: 'a deleted object, by match',
    prepare: retained,
    mode: 'match',
    says: /\(KongService \S+\/svc of cluster blue\), which is gone: adopt with mode override$/,
  },
  {
    left: 'an object that is there',
    prepare: programmedService,
    mode: 'override',
    says: /\/svc of cluster blue\): delete that object, annotated with \S+: retain, before this one can adopt it$/,
  },
  {
    left: 'an object of another cluster',
    prepare: foreign,
    mode: 'override',
    says: /\/svc of cluster red\): delete that object, .*, and take the tag k8s-uid off the entity, before/,
  },
] as const)('what belongs to $left is not adopted, and the condition says how it could be', async (row) => {
  await using stage = await row.prepare();
  stage.cluster.user.apply(serviceKind.resource, heir(stage, row.mode));
  forget(stage);

  expect(await stage.reconcile(serviceKind, 'heir')).toMatchObject({ is: 'terminal', reason: 'UIDConflict' });

  expect(conditionText(stage.object(serviceKind, 'heir'), 'Adopted')).toMatch(row.says);
  expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}/core-entities/services/{id}']);
});

/** The entity of a service whose object is deleted. */
async function retained(): Promise<Stage> {
  const stage = await programmedService();
  editService(stage, { metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } } });
  stage.cluster.user.remove(serviceKind.resource, key('svc'));
  await look(stage);
  return stage;
}

/** The same, of another cluster. */
async function foreign(): Promise<Stage> {
  const stage = await retained();
  const { id, tags } = entity(stage);
  const elsewhere = Array.isArray(tags) ? tags.map((tag) => String(tag).replace('cluster:blue', 'cluster:red')) : [];
  stage.konnect.patchEntity(planeId(stage), 'services', id, { tags: elsewhere });
  return stage;
}

function heir(stage: Stage, mode: Mode, name = 'heir'): Manifest {
  const adopt = { from: 'konnect', konnect: { id: entity(stage).id }, ...(mode === undefined ? {} : { mode }) };
  return service({ adopt }, {}, name);
}
