import { describe, expect, it } from 'vitest';
import {
  condition,
  edit,
  fresh,
  inSecret,
  ownedName,
  passDays,
  reconcile,
  uploaded,
} from '../../../test/memory/extension.ts';
import {
  base64,
  extension,
  extensionKind,
  forget,
  key,
  secretResource,
  settle,
} from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { dataOf, manual, one, other, putSecret } from './fixture.ts';

async function ready(): Promise<Stage> {
  const stage = await fresh(manual);
  putSecret(stage, dataOf(one));
  await reconcile(stage);
  forget(stage);
  return stage;
}

describe('a certificate of the user', () => {
  it('is uploaded, and its Secret is not touched', async () => {
    await using stage = await fresh(manual);
    putSecret(stage, dataOf(one));
    const before = stage.find(secretResource, 'own');

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([one.fingerprint]);
    expect(stage.find(secretResource, 'own')).toBe(before);
    expect(stage.find(secretResource, ownedName)).toBeUndefined();
    expect(stage.object(extensionKind, 'ext').status).toMatchObject({
      dataPlaneClientAuth: { certificateSecretRef: { name: 'own' } },
    });
    forget(stage);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.konnect.requests).toEqual([]);
  });

  it('is waited for, by name', async () => {
    await using stage = await fresh(manual);

    expect((await reconcile(stage)).is).toBe('wait');

    expect(condition(stage, 'DataPlaneCertificateProvisioned')).toMatch(
      /^False RefNotFound: Secret team\/own does not exist/,
    );
    expect(condition(stage, 'Ready')).toMatch(/^False provisioning: Secret team\/own does not exist/);
    putSecret(stage, dataOf(one));
    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(condition(stage, 'Ready')).toMatch(/^True/);
  });

  it('that was deleted is no longer ready to be used, and stays known to Konnect', async () => {
    await using stage = await ready();
    stage.cluster.user.remove(secretResource, key('own'));

    expect((await reconcile(stage, { cause: 'dependency' })).is).toBe('wait');

    expect(condition(stage, 'Ready')).toMatch(/^False provisioning/);
    expect(uploaded(stage)).toEqual([one.fingerprint]);
  });

  it('T32 that was replaced is uploaded, and the old one goes after its grace', async () => {
    await using stage = await ready();
    stage.cluster.user.edit(secretResource, key('own'), { data: dataOf(other) });

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([one.fingerprint, other.fingerprint]);
    passDays(stage, 8);
    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });
    expect(uploaded(stage)).toEqual([other.fingerprint]);
  });

  it('T57 that two extensions share is there once for each, and neither asks again', async () => {
    await using stage = await ready();
    stage.cluster.user.apply(extensionKind.resource, extension(manual, { name: 'other' }));
    await settle(stage, extensionKind, 'other');
    expect(uploaded(stage)).toEqual([one.fingerprint, one.fingerprint]);

    for (const name of ['ext', 'other', 'ext']) {
      expect(await stage.reconcile(extensionKind, name, { cause: 'dependency' })).toEqual({ is: 'done' });
    }
    expect(stage.konnect.requests).toEqual([]);

    stage.cluster.user.remove(extensionKind.resource, key('other'));
    expect(await stage.reconcile(extensionKind, 'other')).toEqual({ is: 'done' });
    expect(uploaded(stage)).toEqual([one.fingerprint]);
  });

  it('with its chain is uploaded alone', async () => {
    await using stage = await fresh(manual);
    putSecret(stage, { ...dataOf(one), 'tls.crt': base64(one.pem + other.pem) });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([one.fingerprint]);
  });

  it('is exchanged for an automatic one', async () => {
    await using stage = await ready();
    edit(stage, { spec: { clientAuth: { certificateSecret: { provisioning: 'Automatic', secretRef: null } } } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([one.fingerprint, inSecret(stage)]);
    expect(stage.object(extensionKind, 'ext').status).toMatchObject({
      dataPlaneClientAuth: { certificateSecretRef: { name: ownedName } },
    });
  });

  it('goes from Konnect with the extension, and its Secret stays', async () => {
    await using stage = await ready();
    stage.cluster.user.remove(extensionKind.resource, key('ext'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([]);
    expect(stage.find(secretResource, 'own')).toBeDefined();
  });
});
