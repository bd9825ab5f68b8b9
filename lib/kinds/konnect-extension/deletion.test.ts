import { describe, expect, it } from 'vitest';
import { foreign, remakeAuth, tokenKey, troubles } from '../../../test/memory/control-plane.ts';
import { condition, edit, fresh, planeId, ready, reconcile, uploaded } from '../../../test/memory/extension.ts';
import {
  authKind,
  conditionText,
  controlPlaneKind,
  extensionKind,
  key,
  konnectCalls,
  secretResource,
} from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation, finalizer } from '../../engine/names.ts';
import type { Kind } from '../define.ts';

const { resource } = extensionKind;

const remove = (stage: Stage, kind: Kind = extensionKind, name = 'ext') =>
  stage.cluster.user.remove(kind.resource, key(name));

const gone = (stage: Stage) => stage.find(resource, 'ext') === undefined;

function removeByForce(stage: Stage, kind: Kind, name: string): void {
  stage.cluster.user.edit(kind.resource, key(name), { metadata: { finalizers: null } });
  remove(stage, kind, name);
}

describe('deletion', () => {
  it('removes the certificate, sees it gone, and lets go', async () => {
    await using stage = await ready();
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    const list = 'GET /v2/control-planes/{id}/dp-client-certificates';
    expect(konnectCalls(stage)).toEqual([list, 'DELETE /v2/control-planes/{id}/dp-client-certificates/{id}', list]);
    expect(uploaded(stage)).toEqual([]);
    expect(gone(stage)).toBe(true);
  });

  it('T27 works without the object of the control plane, which lives on in Konnect', async () => {
    await using stage = await ready();
    const id = planeId(stage);
    removeByForce(stage, controlPlaneKind, 'cp');
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage, id)).toEqual([]);
    expect(gone(stage)).toBe(true);
  });

  it('works where the control plane is gone from Konnect, and took the certificates with it', async () => {
    await using stage = await ready();
    remove(stage, controlPlaneKind, 'cp');
    await stage.reconcile(controlPlaneKind, 'cp');
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(gone(stage)).toBe(true);
  });

  it('T25 works without auth configuration and Secret, as long as the token is stored', async () => {
    await using stage = await ready();
    const id = planeId(stage);
    removeByForce(stage, controlPlaneKind, 'cp');
    removeByForce(stage, authKind, 'auth');
    stage.cluster.user.remove(secretResource, key('token'));
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage, id)).toEqual([]);
  });

  it('holds the auth configuration, also when no control plane object says so any more', async () => {
    await using stage = await ready();
    removeByForce(stage, controlPlaneKind, 'cp');
    remove(stage, authKind, 'auth');

    expect((await stage.reconcile(authKind, 'auth')).is).toBe('wait');

    expect(conditionText(stage.object(authKind, 'auth'), 'APIAuthValid')).toContain(
      'still in use by KonnectExtension team/ext',
    );
    remove(stage);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(await stage.reconcile(authKind, 'auth')).toEqual({ is: 'done' });
  });

  it('T29 without any token says how to let it go, and is let go', async () => {
    await using stage = await ready();
    stage.tokens.storeElsewhere(tokenKey, undefined);
    stage.tokens.refresh(tokenKey);
    remove(stage);

    expect((await reconcile(stage)).is).toBe('retry');
    expect(condition(stage, 'Ready')).toMatch(/^False KonnectAPIOpFailed: .*deletion-policy=retain/);
    edit(stage, { metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(gone(stage)).toBe(true);
    expect(uploaded(stage)).toHaveLength(1);
  });

  it('T20 is not believed to be done by the silence of another organisation', async () => {
    await using stage = await ready();
    remakeAuth(stage, foreign);
    remove(stage);

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'OrganizationMismatch' });

    expect(stage.object(extensionKind, 'ext').metadata.finalizers).toEqual([finalizer]);
    expect(uploaded(stage)).toHaveLength(1);
  });

  it('of what never got anywhere needs nobody', async () => {
    await using stage = await fresh();
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
  });

  it('in the middle of an upload whose answer was lost leaves nothing behind', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    await reconcile(stage);
    stage.konnect.setFault(undefined);
    expect(uploaded(stage)).toHaveLength(1);
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([]);
  });

  it.each(['GET', 'DELETE'])('waits for Konnect at its %s', async (on) => {
    for (const { name, fault, is } of troubles) {
      await using stage = await ready();
      remove(stage);
      stage.konnect.setFault(({ method }) => (method === on ? fault : undefined));

      expect((await reconcile(stage)).is, name).toBe(is);

      expect(condition(stage, 'Ready'), name).toMatch(/^False KonnectAPIOpFailed: ./);
      expect(stage.object(extensionKind, 'ext').metadata.finalizers, name).toEqual([finalizer]);
      stage.konnect.setFault(undefined);
      stage.now = new Date(stage.now.getTime() + 120_000);
      expect(await reconcile(stage), name).toEqual({ is: 'done' });
      expect(uploaded(stage), name).toEqual([]);
    }
  });

  it('waits until the certificate is really gone', async () => {
    await using stage = await ready();
    remove(stage);
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? { status: 204 } : undefined));

    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 1 });

    expect(gone(stage)).toBe(false);
  });

  it('waits for a data plane of the operator that still uses it', async () => {
    await using stage = await ready();
    const dataPlanes = {
      group: 'gateway-operator.konghq.com',
      version: 'v1beta1',
      kind: 'DataPlane',
      plural: 'dataplanes',
      namespaced: true,
    };
    const { kind, group } = resource;
    stage.cluster.user.apply(dataPlanes, {
      metadata: { name: 'dp', namespace: 'team' },
      spec: { extensions: [{ group, kind, name: 'ext' }] },
    });
    remove(stage);

    expect((await reconcile(stage)).is).toBe('wait');

    expect(condition(stage, 'Ready')).toContain('still used by DataPlane team/dp');
    expect(uploaded(stage)).toHaveLength(1);
    stage.cluster.user.remove(dataPlanes, key('dp'));
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(gone(stage)).toBe(true);
  });
});
