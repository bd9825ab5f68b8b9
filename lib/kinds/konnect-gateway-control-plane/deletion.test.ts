import { describe, expect, it } from 'vitest';
import {
  edit,
  foreign,
  fresh,
  idOf,
  object,
  programmed,
  programmedStage,
  reconcile,
  remakeAuth,
  timeout,
  tokenKey,
  troubles,
} from '../../../test/memory/control-plane.ts';
import {
  authKind,
  controlPlaneKind,
  key,
  konnectCalls,
  remotePlanes,
  secretResource,
  settle,
} from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation, finalizer } from '../../engine/names.ts';

const { resource } = controlPlaneKind;

describe('deletion', () => {
  const remove = (stage: Stage) => stage.cluster.user.remove(resource, key('cp'));

  it('is asked, then seen, and only then let go', async () => {
    await using stage = await programmedStage();
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([
      'GET /v2/control-planes/{id}',
      'DELETE /v2/control-planes/{id}',
      'GET /v2/control-planes/{id}',
    ]);
    expect(remotePlanes(stage)).toEqual([]);
    expect(stage.find(resource, 'cp')).toBeUndefined();
  });

  it('T10 an event that comes late brings nothing back', async () => {
    await using stage = await programmedStage();
    remove(stage);
    await settle(stage, controlPlaneKind, 'cp');

    expect(await reconcile(stage, { cause: 'replay' })).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
  });

  it('T2 right after a create whose status was lost finds it by its uid', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    await reconcile(stage);
    stage.konnect.setFault(undefined);
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  });

  it('T28 of what is gone already is a success', async () => {
    await using stage = await programmedStage();
    stage.konnect.removeControlPlane(idOf(stage));
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.writes).toBe(0);
  });

  it('of what was never made needs nobody', async () => {
    await using stage = await fresh();
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
  });

  it('T25 works with an auth configuration that was removed by force, as long as its token is stored', async () => {
    await using stage = await programmedStage();
    stage.cluster.user.edit(authKind.resource, key('auth'), { metadata: { finalizers: null } });
    stage.cluster.user.remove(authKind.resource, key('auth'));
    stage.cluster.user.remove(secretResource, key('token'));
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  });

  it('T25 works with an auth configuration that is invalid', async () => {
    await using stage = await programmedStage();
    stage.cluster.user.remove(secretResource, key('token'));
    await stage.reconcile(authKind, 'auth');
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });
  });

  it('T29 without any token stays, says how to let it go, and is let go', async () => {
    await using stage = await programmedStage();
    stage.tokens.storeElsewhere(tokenKey, undefined);
    stage.tokens.refresh(tokenKey);
    remove(stage);

    expect((await reconcile(stage)).is).toBe('retry');
    expect(programmed(stage)).toMatch(/^False KonnectAPIOpFailed: no Konnect token.*deletion-policy=retain/);
    edit(stage, { metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.find(resource, 'cp')).toBeUndefined();
    expect(remotePlanes(stage)).toHaveLength(1);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('T20 in another organisation deletes nothing and lets nothing go', async () => {
    await using stage = await programmedStage();
    remakeAuth(stage, foreign);
    remove(stage);

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'OrganizationMismatch' });

    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
  });

  it.each([...troubles, timeout])('$name at the delete: $is, and it stays', async ({ fault, is }) => {
    await using stage = await programmedStage();
    remove(stage);
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? fault : undefined));

    expect((await reconcile(stage)).is).toBe(is);

    expect(programmed(stage)).toMatch(/^False KonnectAPIOpFailed: ./);
    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 120_000);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)).toEqual([]);
  });

  it('waits until it is really gone', async () => {
    await using stage = await programmedStage();
    remove(stage);
    // The answer says that it was deleted, and it was not.
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? { status: 204 } : undefined));

    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 1 });

    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
  });

  it('in the middle of a create leaves nothing behind', async () => {
    await using stage = await fresh();
    stage.cluster.intercept(({ verb }, nth) => {
      if (verb === 'patch status' && nth > 4) remove(stage);
      return undefined;
    });
    await reconcile(stage);
    stage.cluster.intercept(undefined);
    expect(object(stage).metadata.deletionTimestamp).toBeDefined();

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
    expect(stage.find(resource, 'cp')).toBeUndefined();
  });
});
