import { describe, expect, it } from 'vitest';
import {
  authConfiguration,
  authKind,
  base64,
  key,
  konnectCalls,
  tokenSecret,
  withAuth,
} from '../../../test/memory/manifests.ts';
import { goodToken, namespace, organizationId, startStage } from '../../../test/memory/stage.ts';
import { finalizer } from '../../engine/names.ts';
import { findCondition, secretResource } from '../../engine/objects.ts';
import { arn, reconcile, resource, rotate, stored, valid } from './fixture.ts';

describe('a token', () => {
  it('that works is stored once, under the object, behind our finalizer', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toBe('True Valid: Token from Secret team/token is valid');
    expect(stage.object(authKind, 'auth').status).toMatchObject({
      organizationID: organizationId,
      serverURL: 'https://eu.api.konghq.com',
    });
    expect(stored(stage)).toBe(goodToken);
    expect(stage.object(authKind, 'auth').metadata.finalizers).toEqual([finalizer]);
    expect(stage.konnect.requests).toMatchObject([{ path: '/v3/organizations/me', host: 'global.api.konghq.com' }]);
    expect(stage.cluster.calls).toHaveLength(5);
  });

  it('leaves no stale condition of the CRD behind', async () => {
    await using stage = await startStage();
    await withAuth(stage);

    const types = (stage.object(authKind, 'auth').status as { conditions: { type: string }[] }).conditions.map(
      ({ type }) => type,
    );
    expect(types).toEqual(['APIAuthValid']);
  });

  it('is not asked about twice', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const before = stage.object(authKind, 'auth');

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
    expect(stage.cluster.calls).toEqual(['get KonnectAPIAuthConfiguration', 'get Secret']);
    expect(stage.object(authKind, 'auth')).toBe(before);
    expect(stage.tokens.writes).toBe(1);
  });

  it('is asked about on a closer look, which writes nothing where all is well', async () => {
    await using stage = await startStage();
    await withAuth(stage);

    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v3/organizations/me']);
    expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);
    expect(stage.tokens.writes).toBe(1);
  });

  it('may stand in the object itself, and with line ends', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(resource, {
      ...authConfiguration(),
      spec: { type: 'token', token: `${goodToken}\n`, serverURL: 'https://eu.api.konghq.com/' },
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toBe('True Valid: Token is valid');
    expect(stored(stage)).toBe(goodToken);
  });

  it('may stand in AWS, named by the Secret, where its tags let the namespace use it', async () => {
    await using stage = await startStage();
    stage.tokens.putSecret(arn, ` ${goodToken}\n`, ['blue/team']);
    stage.cluster.user.apply(secretResource, { ...tokenSecret(''), data: { arn: base64(`${arn}\n`) } });
    stage.cluster.user.apply(resource, authConfiguration());

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
  });

  it('put back after our finalizer was taken off is held again', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.edit(resource, key('auth'), { metadata: { finalizers: null } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.object(authKind, 'auth').metadata.finalizers).toEqual([finalizer]);
  });
});

describe('kind', () => {
  it('is woken by the Secret it names, in the namespace it names', () => {
    const [wake] = authKind.wakes ?? [];
    const object = (spec: object) => ({
      apiVersion: 'v1',
      kind: 'x',
      metadata: { name: 'a', namespace, uid: 'u', resourceVersion: '1' },
      spec,
    });

    expect(wake?.targets(object({ secretRef: { name: 's' } }))).toEqual([{ namespace, name: 's' }]);
    expect(wake?.targets(object({ secretRef: { name: 's', namespace: 'n' } }))).toEqual([
      { namespace: 'n', name: 's' },
    ]);
    expect(wake?.targets(object({ token: 't' }))).toEqual([]);
    expect(wake?.targets(object([]))).toEqual([]);
  });

  it('offers what others wait for: validity, organisation and server, and no message', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const before = authKind.offers(stage.object(authKind, 'auth'));
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);

    expect(before).toEqual({ valid: true, organizationID: organizationId, serverURL: 'https://eu.api.konghq.com' });
    expect(authKind.offers(stage.object(authKind, 'auth'))).toEqual(before);
    expect(findCondition(stage.object(authKind, 'auth'), 'APIAuthValid')?.message).toContain('previous token');
  });
});
