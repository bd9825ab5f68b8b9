import { describe, expect, it } from 'vitest';
import { inSecret, ownedName, planeId, ready, reconcile, settings, uploaded } from '../../../test/memory/extension.ts';
import { base64, configMapResource, forget, key, secretResource } from '../../../test/memory/manifests.ts';
import { issueCertificate } from './certificate.ts';

describe('what somebody does to the Secret and the ConfigMap', () => {
  it('T32 a Secret that was deleted is made anew, and what runs with the old certificate goes on', async () => {
    await using stage = await ready();
    const old = inSecret(stage);
    stage.cluster.user.remove(secretResource, key(ownedName));

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(inSecret(stage)).not.toBe(old);
    expect(uploaded(stage)).toEqual([old, inSecret(stage)]);
  });

  it('T32 a Secret that is being deleted and not gone yet keeps its certificate in Konnect', async () => {
    await using stage = await ready();
    const old = inSecret(stage);
    const hold = (finalizers: readonly string[] | null) =>
      stage.cluster.user.edit(secretResource, key(ownedName), { metadata: { finalizers } });
    hold(['example.com/held']);
    stage.cluster.user.remove(secretResource, key(ownedName));

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(uploaded(stage)).toEqual([old]);
    expect(inSecret(stage)).toBe(old);

    hold(null);
    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(uploaded(stage)).toEqual([old, inSecret(stage)]);
  });

  it('settings that were edited are put back, without a call', async () => {
    await using stage = await ready();
    const before = settings(stage);
    stage.cluster.user.edit(configMapResource, key(ownedName), {
      data: { KONG_ROLE: 'traditional', EXTRA: 'x', KONG_VITALS: null },
    });

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(settings(stage)).toEqual(before);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('settings that were deleted are made anew', async () => {
    await using stage = await ready();
    const before = settings(stage);
    stage.cluster.user.remove(configMapResource, key(ownedName));

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(settings(stage)).toEqual(before);
    expect(stage.konnect.writes).toBe(0);
  });

  it('a record that nobody can read is made anew', async () => {
    await using stage = await ready();
    const annotations = { 'konnect-reconciler.io/certificates': '{"by":"hand"}' };
    stage.cluster.user.edit(configMapResource, key(ownedName), { metadata: { annotations } });

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(stage.konnect.writes).toBe(0);
    forget(stage);
    await reconcile(stage);
    expect(stage.konnect.requests).toEqual([]);
  });

  it.each([
    { reason: 'is of another name', name: 'somebody.else', text: undefined },
    { reason: 'only begins like its name', name: 'e', text: undefined },
    { reason: 'has no name', name: '', text: undefined },
    { reason: 'is none', name: '', text: 'hello' },
  ])('a certificate in the Secret that $reason is replaced', async ({ name, text }) => {
    await using stage = await ready();
    const pem = text ?? (await issueCertificate(name === '' ? '-' : name, stage.now)).pem;
    stage.cluster.user.edit(secretResource, key(ownedName), { data: { 'tls.crt': base64(pem) } });

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(inSecret(stage)).toBeDefined();
    expect(uploaded(stage)).toContain(inSecret(stage));
    expect(stage.find(secretResource, ownedName)?.['data']).not.toMatchObject({ 'tls.crt': base64(pem) });
  });

  it('a certificate without its key is replaced', async () => {
    await using stage = await ready();
    const old = inSecret(stage);
    stage.cluster.user.edit(secretResource, key(ownedName), { data: { 'tls.key': null } });

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(inSecret(stage)).not.toBe(old);
    expect(stage.find(secretResource, ownedName)?.['data']).toHaveProperty(['tls.key']);
  });
});

describe('what somebody does in Konnect', () => {
  it('a certificate that was deleted is uploaded again when somebody looks', async () => {
    await using stage = await ready();
    const [certificate] = stage.konnect.certificates(planeId(stage));
    stage.konnect.removeCertificate(planeId(stage), certificate?.id ?? '');
    await reconcile(stage);
    expect(uploaded(stage)).toEqual([]);

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([inSecret(stage)]);
  });
});
