import { describe, expect, it } from 'vitest';
import {
  edit,
  exchangeToken,
  foreign,
  fresh,
  idOf,
  object,
  programmed,
  programmedStage,
  reconcile,
  remakeAuth,
  storedToken,
  tokenKey,
} from '../../../test/memory/control-plane.ts';
import {
  authKind,
  conditionText,
  controlPlaneKind,
  forget,
  key,
  remotePlanes,
} from '../../../test/memory/manifests.ts';
import { goodToken, otherToken } from '../../../test/memory/stage.ts';
import { kongOperatorFinalizer, pausedAnnotation } from '../../engine/names.ts';
import { statusText } from '../../engine/objects.ts';

const { resource } = controlPlaneKind;

describe('deleted in Konnect', () => {
  it('T19 is made again when somebody looks, with a new id', async () => {
    await using stage = await programmedStage();
    const before = idOf(stage);
    stage.konnect.removeControlPlane(before);

    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)).toEqual([]);
    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
    expect(idOf(stage)).toBe(remotePlanes(stage)[0]?.id);
    expect(idOf(stage)).not.toBe(before);
  });

  it('T20 is not made again by a token of another organisation', async () => {
    await using stage = await programmedStage();
    const before = object(stage).status;
    remakeAuth(stage, foreign);

    expect(await reconcile(stage, { cause: 'drift' })).toMatchObject({
      is: 'terminal',
      reason: 'OrganizationMismatch',
    });

    expect(stage.konnect.requests).toEqual([]);
    expect(statusText(object(stage), 'id')).toBe((before as { id: string }).id);
    expect(programmed(stage)).toMatch(
      /use a token of 7b5f1d0a.*delete the object with the annotation \S+=retain and re-create it/,
    );
  });

  it('T20 nor by one that takes the place of a refused one in the middle of the run', async () => {
    await using stage = await fresh();
    await stage.tokens.read(tokenKey);
    stage.konnect.revokeToken(goodToken);
    exchangeToken(stage);

    expect((await reconcile(stage)).is).toBe('retry');

    expect(stage.konnect.writes).toBe(0);
  });
});

describe('the token', () => {
  it('is read again when it was rotated behind the cache', async () => {
    await using stage = await programmedStage();
    await reconcile(stage, { cause: 'drift' });
    stage.konnect.revokeToken(goodToken);
    stage.tokens.storeElsewhere(tokenKey, storedToken(otherToken));
    edit(stage, { spec: { description: 'new' } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ description: 'new' }]);
    expect(stage.woken).toEqual([]);
  });

  it('T40 that Konnect refuses is looked at by its own object, and this one stays as it was', async () => {
    await using stage = await programmedStage();
    stage.konnect.revokeToken(goodToken);

    expect((await reconcile(stage, { cause: 'drift' })).is).toBe('retry');

    expect(stage.woken).toMatchObject([{ kind: authKind.resource.kind, name: 'auth', force: true }]);
    expect(programmed(stage)).toBe('True Programmed');
  });

  it('that is not stored (yet) is seen with the next try', async () => {
    await using stage = await programmedStage();
    const stored = stage.tokens.stored(tokenKey);
    stage.tokens.storeElsewhere(tokenKey, undefined);
    stage.tokens.refresh(tokenKey);
    expect((await reconcile(stage, { cause: 'drift' })).is).toBe('retry');
    expect(stage.woken).toHaveLength(1);
    stage.tokens.storeElsewhere(tokenKey, stored);

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });
  });

  it('T40 that turns invalid stops edits, and unsays nothing', async () => {
    await using stage = await programmedStage();
    stage.konnect.revokeToken(goodToken);
    await stage.reconcile(authKind, 'auth', { force: true });
    forget(stage);

    expect((await reconcile(stage, { cause: 'dependency' })).is).toBe('wait');

    expect(conditionText(object(stage), 'APIAuthValid')).toMatch(/^False Invalid/);
    expect(programmed(stage)).toBe('True Programmed');
    edit(stage, { spec: { description: 'new' } });
    expect((await reconcile(stage)).is).toBe('wait');
    expect(programmed(stage)).toMatch(/^False ConditionWithStatusFalseExists/);
    expect(stage.konnect.requests).toEqual([]);
  });
});

describe('other hands', () => {
  it('a paused object is left alone, also when it is deleted', async () => {
    await using stage = await programmedStage();
    edit(stage, { metadata: { annotations: { [pausedAnnotation]: 'true' } }, spec: { description: 'new' } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    stage.cluster.user.remove(resource, key('cp'));
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.konnect.requests).toEqual([]);
    edit(stage, { metadata: { annotations: { [pausedAnnotation]: null } } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  });

  it("what Kong's operator manages is left to it", async () => {
    await using stage = await fresh({}, { finalizers: [kongOperatorFinalizer] });

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'ManagedByAnotherController' });

    expect(object(stage).metadata.finalizers).toEqual([kongOperatorFinalizer]);
    expect(stage.konnect.requests).toEqual([]);
  });
});
