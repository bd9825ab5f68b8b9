import { describe, expect, it } from 'vitest';
import {
  acl,
  aclKind,
  consumer,
  consumerKind,
  entities,
  entity,
  planeId,
  programmedService,
  service,
  serviceKind,
  target,
  targetKind,
  upstream,
  upstreamKind,
} from '../../test/memory/core.ts';
import { controlPlaneKind, forget, key, konnectCalls } from '../../test/memory/manifests.ts';
import { settleAll } from '../../test/memory/plugins.ts';
import type { Stage } from '../../test/memory/stage.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import { reconcile } from './reconcile.ts';
import type { Verdict } from './verdict.ts';

/* What a drift check finds to be left of an object that went without its finalizer. */

/** Deletes the object so that nobody is asked, and tells of it as a drift check does. */
async function lose(stage: Stage, kind: Kind, name: string): Promise<ObjectEventData> {
  const { metadata } = stage.object(kind, name);
  stage.cluster.user.edit(kind.resource, key(name), { metadata: { finalizers: null } });
  stage.cluster.user.remove(kind.resource, key(name));
  forget(stage);
  const { group, version, kind: kindName } = kind.resource;
  const names = { cluster: 'blue', group, version, kind: kindName, ...key(name), uid: metadata.uid };
  return { ...names, resourceVersion: '1', generation: 1, cause: 'drift', orphanIn: key('cp') };
}

function tell({ environment, cluster }: Stage, event: ObjectEventData): Promise<Verdict> {
  return reconcile(environment, cluster, event);
}

/** Puts another value into one of the tags of the only service. */
function retag(stage: Stage, name: string, value: string): void {
  const { id, tags } = entity(stage);
  const others = (tags as readonly string[]).filter((tag) => !tag.startsWith(`${name}:`));
  stage.konnect.patchEntity(planeId(stage), 'services', id, { tags: [...others, `${name}:${value}`] });
}

describe('what a gone object left in a control plane', () => {
  it('is deleted, and said to be', async () => {
    await using stage = await programmedService();
    const { id } = entity(stage);
    const event = await lose(stage, serviceKind, 'svc');

    expect(await tell(stage, event)).toEqual({ is: 'done' });

    expect(entities(stage)).toEqual([]);
    const requests = stage.konnect.requests.filter(({ path }) => path.includes('/services'));
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
    expect(requests[0]?.query).toMatchObject({ tags: `k8s-uid:${event.uid}` });
    expect(requests[1]?.path).toMatch(new RegExp(`/${id}$`));
    expect(stage.logs.filter((line) => line.includes('orphan deleted'))).toHaveLength(1);
    expect(stage.logs.find((line) => line.includes('orphan deleted'))).toContain(id);
  });

  it.each([
    { parent: consumer(), parentKind: consumerKind, child: acl(), kind: aclKind, collection: 'acls' },
    { parent: upstream(), parentKind: upstreamKind, child: target(), kind: targetKind, collection: 'targets' },
  ])(
    'is found in $collection as well, which are below others',
    async ({ parent, parentKind, child, kind, collection }) => {
      await using stage = await programmedService();
      stage.cluster.user.apply(parentKind.resource, parent);
      stage.cluster.user.apply(kind.resource, child);
      await settleAll(stage);
      expect(entities(stage, collection)).toHaveLength(1);

      expect(await tell(stage, await lose(stage, kind, child.metadata.name))).toEqual({ is: 'done' });

      expect(entities(stage, collection)).toEqual([]);
    },
  );

  it.each([
    ['managed-by', 'somebody'],
    ['k8s-kind', 'KongRoute'],
    ['k8s-cluster', 'green'],
    ['k8s-name', 'other'],
    ['k8s-namespace', 'other'],
    ['k8s-uid', 'another'],
  ])('stays where %s is another', async (name, value) => {
    await using stage = await programmedService();
    const event = await lose(stage, serviceKind, 'svc');
    retag(stage, name, value);
    const before = entities(stage);

    expect(await tell(stage, event)).toEqual({ is: 'done' });

    expect(entities(stage)).toEqual(before);
  });

  it('is deleted where another object of that name is there by now, which has its own', async () => {
    await using stage = await programmedService();
    const { id } = entity(stage);
    const event = await lose(stage, serviceKind, 'svc');
    stage.cluster.user.apply(serviceKind.resource, service());

    expect(await tell(stage, event)).toEqual({ is: 'done' });

    expect(entities(stage).map((one) => one.id)).not.toContain(id);
    expect(stage.object(serviceKind, 'svc').metadata.deletionTimestamp).toBeUndefined();
  });

  it.each([
    { what: 'somebody else was faster', status: 404, is: 'done' },
    { what: 'Konnect fails', status: 503, is: 'retry' },
  ])('where $what: $is', async ({ status, is }) => {
    await using stage = await programmedService();
    const event = await lose(stage, serviceKind, 'svc');
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? { status } : undefined));

    expect((await tell(stage, event)).is).toBe(is);
  });
});

describe('nothing is asked of Konnect', () => {
  it.each([
    {
      what: 'that has no object',
      change: (stage: Stage) => void stage.cluster.user.remove(controlPlaneKind.resource, key('nowhere')),
      orphanIn: 'nowhere',
    },
    {
      what: 'that is not in Konnect',
      change: (stage: Stage) =>
        void stage.cluster.user.editStatus(controlPlaneKind.resource, key('cp'), {
          id: null,
          organizationID: null,
          serverURL: null,
        }),
      orphanIn: 'cp',
    },
  ])('about a control plane $what', async ({ change, orphanIn }) => {
    await using stage = await programmedService();
    const event = await lose(stage, serviceKind, 'svc');
    change(stage);

    expect(await tell(stage, { ...event, orphanIn: key(orphanIn) })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([]);
    expect(entities(stage)).toHaveLength(1);
  });

  it('about a kind that has nothing in control planes', async () => {
    await using stage = await programmedService();
    const event = await lose(stage, serviceKind, 'svc');
    const { group, version, kind } = controlPlaneKind.resource;

    const verdict = await tell(stage, { ...event, group, version, kind, name: 'gone' });

    expect(verdict).toMatchObject({
      is: 'malformed',
      message: expect.stringContaining(`a ${kind} leaves nothing in a control plane`),
    });
    expect(konnectCalls(stage)).toEqual([]);
  });
});
