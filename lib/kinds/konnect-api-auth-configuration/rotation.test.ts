import { describe, expect, it } from 'vitest';
import {
  authKind,
  controlPlaneKind,
  forget,
  key,
  konnectCalls,
  withAuth,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { overloaded } from '../../../test/memory/refusals.ts';
import {
  foreignOrganizationId,
  foreignToken,
  goodToken,
  organizationId,
  otherToken,
  startStage,
} from '../../../test/memory/stage.ts';
import { secretResource } from '../../engine/objects.ts';
import { Sensitive } from '../../sensitive.ts';
import { accepted, reconcile, rotate, stored, tokenKey, valid } from './fixture.ts';

describe('rotation', () => {
  it('T40 stores the new token and wakes whoever the old one may have stopped', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    rotate(stage, otherToken);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(otherToken);
    expect(stage.woken).toMatchObject([{ kind: controlPlaneKind.resource.kind, name: 'cp', cause: 'dependency' }]);
  });

  it('loses no wake-up when it fails in the middle', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    rotate(stage, otherToken);
    stage.cluster.intercept(({ verb }) => (verb === 'list' ? overloaded() : undefined));
    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 3 });
    stage.cluster.intercept(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.woken).toHaveLength(1);
  });

  it('loses no wake-up when it ends right after the token was stored', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    rotate(stage, otherToken);
    stage.cluster.intercept(({ verb }) => (verb === 'list' ? overloaded() : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    stage.cluster.intercept(undefined);
    const token = new Sensitive(otherToken);
    stage.tokens.storeElsewhere(tokenKey, {
      token,
      serverURL: 'https://eu.api.konghq.com',
      organizationId,
      checkedAt: '',
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.woken).toHaveLength(1);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.woken).toHaveLength(1);
  });

  it('keeps a good token in use when the new one is bad, and says so', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
    expect(valid(stage)).toMatch(/^True Valid: .*401.*previous token still works/);
    expect(accepted(stage)).toMatch(/^False Refused: .*previous token still works/);
    const before = stage.object(authKind, 'auth');
    await reconcile(stage);
    expect(stage.object(authKind, 'auth')).toBe(before);
  });

  it('forgets about the bad one when the good one is put back', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);
    rotate(stage, goodToken);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toBe('True Valid: Token from Secret team/token is valid');
    expect(accepted(stage)).toBe('True Accepted');
    forget(stage);
    await reconcile(stage);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('does not say that the old one stays in use when the Secret offers none any more', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);
    stage.cluster.user.edit(secretResource, key('token'), { metadata: { labels: null } });

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: .*lacks the label/);
    expect(accepted(stage)).toMatch(/^False Refused: .*lacks the label/);
  });

  it('is over for both when the old one stops working, too', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);
    stage.konnect.revokeToken(goodToken);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: /);
    expect(accepted(stage)).toMatch(/^False Refused: /);
    expect(accepted(stage)).not.toContain('stays in use');
  });

  it('a token that was revoked is asked about once, not as its own predecessor again', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.konnect.revokeToken(goodToken);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(konnectCalls(stage)).toEqual(['GET /v3/organizations/me']);
    expect(valid(stage)).toMatch(/^False Invalid: .*401/);
  });

  it('T20 refuses the token of another organisation, and keeps the old one', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, foreignToken);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
    expect(accepted(stage)).toContain(`belongs to the organisation ${foreignOrganizationId}`);
    expect(stage.object(authKind, 'auth').status).toMatchObject({ organizationID: organizationId });
  });

  it('T20 stops when the very token now belongs to another organisation', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.konnect.moveToken(goodToken, foreignOrganizationId);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: .*belongs to the organisation 11111111/);
    expect(stage.object(authKind, 'auth').status).toMatchObject({ organizationID: organizationId });
  });

  it('compares with what is stored, not with what it remembers', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const elsewhere = {
      token: new Sensitive(otherToken),
      serverURL: 'https://eu.api.konghq.com',
      organizationId,
      checkedAt: '',
    };
    stage.tokens.storeElsewhere(tokenKey, elsewhere);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
  });

  it('stores again what somebody deleted in AWS', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.tokens.storeElsewhere(tokenKey, undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
  });
});
