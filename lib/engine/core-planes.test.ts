import { describe, expect, it } from 'vitest';
import {
  editPlace,
  entities,
  inControlPlane,
  look,
  newControlPlane,
  placeOfService,
  programmedService,
  route,
  routeKind,
} from '../../test/memory/core.ts';
import { conditionText, settle } from '../../test/memory/manifests.ts';
import type { Stage } from '../../test/memory/stage.ts';

const programmed = (stage: Stage) => conditionText(stage.object(routeKind, 'route'), 'Programmed');
const differ = /^False FailedToCreate: .*different control planes \(service in \S+, controlPlane in \S+\)/;

describe('what refers to objects of different control planes', () => {
  it('T55 is not written, and goes on once they are in one', async () => {
    await using stage = await programmedService();
    const { controlPlaneID } = placeOfService(stage) ?? {};
    editPlace(stage, { controlPlaneID: 'a7f0c4a4-0000-4000-8000-000000000001' });
    stage.cluster.user.apply(routeKind.resource, route({ controlPlaneRef: inControlPlane }));

    expect(await stage.reconcile(routeKind, 'route')).toMatchObject({ is: 'wait' });
    expect(programmed(stage)).toMatch(differ);
    expect(entities(stage, 'routes')).toEqual([]);

    editPlace(stage, { controlPlaneID });
    expect(await stage.reconcile(routeKind, 'route', { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(programmed(stage)).toBe('True Programmed');
  });

  it('waits while they move to one that was made anew, and is not said to be in Konnect meanwhile', async () => {
    await using stage = await programmedService();
    stage.cluster.user.apply(routeKind.resource, route({ controlPlaneRef: inControlPlane }));
    await settle(stage, routeKind, 'route');
    await newControlPlane(stage);

    expect(await stage.reconcile(routeKind, 'route', { cause: 'dependency' })).toMatchObject({ is: 'wait' });
    expect(programmed(stage)).toMatch(differ);

    expect(await look(stage, 'dependency')).toEqual({ is: 'done' });
    expect(await stage.reconcile(routeKind, 'route', { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(programmed(stage)).toBe('True Programmed');
    expect(entities(stage, 'routes')).toHaveLength(1);
  });
});
