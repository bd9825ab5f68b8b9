import { describe, expect, it } from 'vitest';
import { authority, certificate } from '../../test/any-object/others.ts';
import { textOf } from '../../test/any-object/texts.ts';
import { entities, inControlPlane } from '../../test/memory/core.ts';
import { conditionText, forget, key, konnectCalls, named, secretResource } from '../../test/memory/manifests.ts';
import { rewrite, secret, stageWithControlPlane } from '../../test/memory/plugins.ts';
import { namespace, type Stage } from '../../test/memory/stage.ts';
import { inputsAnnotation } from '../engine/names.ts';

const certificates = named('KongCertificate');
const authorities = named('KongCACertificate');
const ec = { 'tls.crt': textOf(certificate, 'cert'), 'tls.key': textOf(certificate, 'key') };
const rsa = { 'tls.crt': textOf(certificate, 'cert_alt'), 'tls.key': textOf(certificate, 'key_alt') };
const ca = textOf(authority, 'cert');

type Spec = Readonly<Record<string, unknown>>;

async function stageWith(kind: typeof certificates, spec: Spec): Promise<Stage> {
  const stage = await stageWithControlPlane();
  const whole = { controlPlaneRef: inControlPlane, type: 'secretRef', secretRef: { name: 'tls' }, ...spec };
  stage.cluster.user.apply(kind.resource, { metadata: { name: 'c', namespace }, spec: whole });
  return stage;
}

function programmed(stage: Stage, type = 'Programmed', kind = certificates): string {
  return conditionText(stage.object(kind, 'c'), type);
}

describe('a certificate in a Secret', () => {
  it('is sent with its key, follows the Secret, and costs nothing when neither changed', async () => {
    await using stage = await stageWith(certificates, {});
    stage.cluster.user.apply(secretResource, secret('tls', ec));
    expect(await stage.reconcile(certificates, 'c')).toEqual({ is: 'done' });
    expect(entities(stage, 'certificates')).toMatchObject([{ cert: ec['tls.crt'], key: ec['tls.key'] }]);

    rewrite(stage, 'tls', rsa);
    expect(await stage.reconcile(certificates, 'c', { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(entities(stage, 'certificates')).toMatchObject([{ cert: rsa['tls.crt'], key: rsa['tls.key'] }]);

    forget(stage);
    expect(await stage.reconcile(certificates, 'c', { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
    expect(await stage.reconcile(certificates, 'c', { cause: 'drift' })).toEqual({ is: 'done' });
    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([]);
    expect(programmed(stage, 'SecretRefValid')).toBe('True Valid');
    expect(stage.object(certificates, 'c').metadata.annotations?.[inputsAnnotation]).toContain('Secret ');
  });

  it('may have another beside it', async () => {
    await using stage = await stageWith(certificates, { secretRefAlt: { name: 'other' } });
    stage.cluster.user.apply(secretResource, secret('tls', ec));
    stage.cluster.user.apply(secretResource, secret('other', rsa));
    await stage.reconcile(certificates, 'c');

    expect(entities(stage, 'certificates')).toMatchObject([{ cert: ec['tls.crt'], cert_alt: rsa['tls.crt'] }]);
  });

  it('is waited for, and stays in Konnect when the Secret goes', async () => {
    await using stage = await stageWith(certificates, {});
    expect((await stage.reconcile(certificates, 'c')).is).toBe('wait');
    expect(programmed(stage, 'SecretRefValid')).toBe(`False Invalid: Secret ${namespace}/tls does not exist`);
    expect(entities(stage, 'certificates')).toEqual([]);

    stage.cluster.user.apply(secretResource, secret('tls', ec));
    await stage.reconcile(certificates, 'c', { cause: 'dependency' });
    stage.cluster.user.remove(secretResource, key('tls'));
    expect((await stage.reconcile(certificates, 'c', { cause: 'dependency' })).is).toBe('wait');

    expect(entities(stage, 'certificates')).toHaveLength(1);
    expect(programmed(stage)).toBe('True Programmed');
    stage.cluster.user.remove(certificates.resource, key('c'));
    expect(await stage.reconcile(certificates, 'c')).toEqual({ is: 'done' });
    expect(entities(stage, 'certificates')).toEqual([]);
  });

  it.each([
    [{}, { 'tls.crt': ec['tls.crt'] }, `Secret ${namespace}/tls has no key tls.key`],
    [{ secretRef: { name: 'tls', namespace: 'other' } }, ec, `must name a Secret of the namespace ${namespace}`],
  ])('is refused aloud: %j', async (spec, data, message) => {
    await using stage = await stageWith(certificates, spec);
    stage.cluster.user.apply(secretResource, secret('tls', data));

    expect((await stage.reconcile(certificates, 'c')).is).toBe('terminal');

    expect(programmed(stage, 'SecretRefValid')).toContain(message);
    expect(programmed(stage)).toContain(message);
    expect(konnectCalls(stage)).toEqual([]);
  });

  it('can move into the object', async () => {
    await using stage = await stageWith(certificates, {});
    await stage.reconcile(certificates, 'c');
    stage.cluster.user.edit(certificates.resource, key('c'), {
      spec: { type: 'inline', secretRef: null, cert: ec['tls.crt'], key: ec['tls.key'] },
    });

    expect(await stage.reconcile(certificates, 'c')).toEqual({ is: 'done' });

    expect(programmed(stage, 'SecretRefValid')).toBe('True Valid: The certificate is inline');
    expect(entities(stage, 'certificates')).toHaveLength(1);
  });
});

describe('an authority in a Secret', () => {
  it('is sent', async () => {
    await using stage = await stageWith(authorities, {});
    stage.cluster.user.apply(secretResource, secret('tls', { 'ca.crt': ca }));
    expect(await stage.reconcile(authorities, 'c')).toEqual({ is: 'done' });
    expect(entities(stage, 'ca_certificates')).toMatchObject([{ cert: ca }]);
  });

  it('T68 is refused where it is two', async () => {
    await using stage = await stageWith(authorities, {});
    stage.cluster.user.apply(secretResource, secret('tls', { 'ca.crt': `${ca}${ec['tls.crt']}` }));

    expect((await stage.reconcile(authorities, 'c')).is).toBe('terminal');

    expect(programmed(stage, 'Programmed', authorities)).toMatch(/^False Invalid: .*holds 2 certificates/);
    expect(konnectCalls(stage)).toEqual([]);
  });

  it('T68 is refused where another object has it, and that one is named', async () => {
    await using stage = await stageWith(authorities, { type: 'inline', secretRef: undefined, cert: ca });
    const spec = { controlPlaneRef: inControlPlane, cert: `${ca.replaceAll('\n', '\r\n')}` };
    stage.cluster.user.apply(authorities.resource, { metadata: { name: 'd', namespace }, spec });
    await stage.reconcile(authorities, 'c');

    expect((await stage.reconcile(authorities, 'd')).is).toBe('terminal');

    expect(conditionText(stage.object(authorities, 'd'), 'Programmed')).toContain(
      `(KongCACertificate ${namespace}/c of cluster blue)`,
    );
    expect(entities(stage, 'ca_certificates')).toHaveLength(1);
  });
});
