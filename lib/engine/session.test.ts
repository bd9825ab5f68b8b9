import { describe, expect, it } from 'vitest';
import {
  edit,
  foreign,
  fresh,
  object,
  programmed,
  programmedStage,
  reconcile,
  remakeAuth,
  storedToken,
  tokenKey,
} from '../../test/memory/control-plane.ts';
import { look, placeOfService, service, serviceKind } from '../../test/memory/core.ts';
import { authKind, controlPlane, controlPlaneKind, key, remotePlanes, settle } from '../../test/memory/manifests.ts';
import { foreignOrganizationId, goodToken, organizationId, otherToken, type Stage } from '../../test/memory/stage.ts';
import { statusOf } from './objects.ts';

const eu = 'https://eu.api.konghq.com';
const us = 'https://us.api.konghq.com';

/** The cache of this function still has what was stored for the auth configuration of before. */
async function remade(changed: Parameters<typeof remakeAuth>[1]): Promise<Stage> {
  const stage = await fresh();
  await stage.tokens.read(tokenKey);
  remakeAuth(stage, changed);
  return stage;
}

describe('an auth configuration that was made again', () => {
  it.each([
    {
      where: 'for another server',
      changed: { serverURL: us },
      place: { serverURL: us, organizationID: organizationId },
    },
    {
      where: 'in another organisation',
      changed: foreign,
      place: { serverURL: eu, organizationID: foreignOrganizationId },
    },
  ])('$where is used with its own token, whatever is cached', async ({ changed, place }) => {
    await using stage = await remade(changed);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(statusOf(object(stage))).toMatchObject(place);
  });

  it('whose token is not stored yet is waited for, and asked to store it', async () => {
    await using stage = await remade({ serverURL: us });
    stage.tokens.storeElsewhere(tokenKey, storedToken());

    expect((await reconcile(stage)).is).toBe('retry');

    expect(programmed(stage)).toMatch(
      /^False FailedToCreate: .* team\/auth is stored as one of 7b5f1d0a\S+ at https:\/\/eu\.api.* is of 7b5f1d0a\S+ at https:\/\/us\.api/,
    );
    expect(stage.konnect.requests).toEqual([]);
    expect(stage.woken).toMatchObject([{ kind: authKind.resource.kind, force: true }]);
    stage.tokens.storeElsewhere(tokenKey, { ...storedToken(), serverURL: us });
    expect(await reconcile(stage)).toEqual({ is: 'done' });
  });

  it('T20 stops what was made in the other organisation, and does not once it leads back', async () => {
    await using stage = await programmedStage();
    remakeAuth(stage, foreign);

    expect(await reconcile(stage, { cause: 'drift' })).toMatchObject({
      is: 'terminal',
      reason: 'OrganizationMismatch',
    });
    expect(programmed(stage)).toMatch(/use a token of 7b5f1d0a/);
    expect(stage.konnect.requests).toEqual([]);

    remakeAuth(stage, {});
    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });
  });

  it('leads what is in its control plane there, which does not read it itself', async () => {
    await using stage = await programmedStage();
    stage.cluster.user.apply(serviceKind.resource, service());
    remakeAuth(stage, { serverURL: us });
    const { user } = stage.cluster;
    user.edit(controlPlaneKind.resource, key('cp'), { metadata: { finalizers: null } });
    user.remove(controlPlaneKind.resource, key('cp'));
    user.apply(controlPlaneKind.resource, controlPlane('cp', { name: 'cp-again' }));
    await settle(stage, controlPlaneKind, 'cp');
    // As another function of another lane, which has not read it since.
    const stored = stage.tokens.stored(tokenKey);
    stage.tokens.storeElsewhere(tokenKey, storedToken());
    stage.tokens.refresh(tokenKey);
    await stage.tokens.read(tokenKey);
    stage.tokens.storeElsewhere(tokenKey, stored);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(placeOfService(stage)?.serverURL).toBe(us);
  });
});

describe('without the auth configuration', () => {
  it.each([
    { wrong: 'organisation', changed: foreign },
    { wrong: 'server', changed: { serverURL: us } },
  ])('a cached token of another $wrong is read again before anything is refused', async ({ changed }) => {
    await using stage = await programmedStage();
    stage.tokens.storeElsewhere(tokenKey, { ...storedToken(), ...changed });
    stage.tokens.refresh(tokenKey);
    await stage.tokens.read(tokenKey);
    stage.tokens.storeElsewhere(tokenKey, storedToken());
    stage.cluster.user.edit(authKind.resource, key('auth'), { metadata: { finalizers: null } });
    stage.cluster.user.remove(authKind.resource, key('auth'));
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  });
});

it('a cached token that agrees with everything is not read again', async () => {
  await using stage = await fresh();
  await stage.tokens.read(tokenKey);
  stage.tokens.fail(new Error('the store was asked'));
  // However it is written.
  stage.cluster.user.editStatus(authKind.resource, key('auth'), { serverURL: 'EU.api.konghq.com' });

  expect(await reconcile(stage)).toEqual({ is: 'done' });
  edit(stage, { spec: { description: 'changed' } });
  expect(await reconcile(stage)).toEqual({ is: 'done' });
});

it('a token that is exchanged for one of another server in the middle of a run ends it', async () => {
  await using stage = await fresh();
  await stage.tokens.read(tokenKey);
  stage.konnect.revokeToken(goodToken);
  stage.tokens.storeElsewhere(tokenKey, { ...storedToken(otherToken), serverURL: us });

  expect(await reconcile(stage)).toMatchObject({ is: 'retry', message: expect.stringMatching(/exchanged for one of/) });

  expect(stage.konnect.writes).toBe(0);
});
