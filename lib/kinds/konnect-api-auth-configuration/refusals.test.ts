import { describe, expect, it } from 'vitest';
import {
  authConfiguration,
  authKind,
  base64,
  controlPlane,
  controlPlaneKind,
  key,
  settle,
  tokenSecret,
} from '../../../test/memory/manifests.ts';
import { goodToken, namespace, organizationId, otherToken, startStage } from '../../../test/memory/stage.ts';
import { secretResource } from '../../engine/objects.ts';
import { arn, reconcile, resource, stored, valid } from './fixture.ts';

interface Wrong {
  readonly reason: string;
  readonly secret?: object | undefined;
  readonly spec?: object;
  readonly says: RegExp;
}

const labels = { 'konghq.com/credential': 'konnect' };
const secretMetadata = { name: 'token', namespace, labels };
const wrong: readonly Wrong[] = [
  { reason: 'no Secret', secret: undefined, says: /Secret team\/token does not exist/ },
  {
    reason: 'a Secret without the label',
    secret: { metadata: { name: 'token', namespace }, data: { token: base64(goodToken) } },
    says: /lacks the label konghq.com\/credential: konnect/,
  },
  {
    reason: 'a Secret with another credential',
    secret: {
      metadata: { ...secretMetadata, labels: { 'konghq.com/credential': 'jwt' } },
      data: { token: base64(goodToken) },
    },
    says: /lacks the label/,
  },
  {
    reason: 'a Secret without data',
    secret: { metadata: secretMetadata },
    says: /neither a key "token" nor a key "arn"/,
  },
  { reason: 'an empty token', secret: { metadata: secretMetadata, data: { token: base64(' \n') } }, says: /is empty/ },
  {
    reason: 'two tokens',
    secret: { metadata: secretMetadata, data: { token: base64(`${goodToken}\n${otherToken}`) } },
    says: /is not one token/,
  },
  {
    reason: 'an ARN that is none, perhaps a token in the wrong place',
    secret: { metadata: secretMetadata, data: { arn: base64(goodToken) } },
    says: /not the whole ARN/,
  },
  {
    reason: 'an AWS secret that is not there',
    secret: { metadata: secretMetadata, data: { arn: base64(arn) } },
    says: /does not exist/,
  },
  { reason: 'an unnamed Secret', spec: { secretRef: {} }, says: /spec.secretRef.name is empty/ },
  {
    reason: 'a server that is not Konnect',
    spec: { serverURL: 'metadata.internal' },
    says: /serverURL names the host metadata.internal/,
  },
  { reason: 'a token that Konnect does not know', secret: tokenSecret('kpat_unknownunknownunknown'), says: /401/ },
];

describe('what can not be used', () => {
  it.each(wrong)('$reason: said, stored nowhere, and never quoted', async ({ secret, spec = {}, says }) => {
    await using stage = await startStage();
    if (secret !== undefined) stage.cluster.user.apply(secretResource, secret as ReturnType<typeof tokenSecret>);
    stage.cluster.user.apply(resource, authConfiguration(spec as Readonly<Record<string, unknown>>));

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: /);
    expect(valid(stage)).toMatch(says);
    expect(stored(stage)).toBeUndefined();
    const before = stage.object(authKind, 'auth');
    await reconcile(stage);
    expect(stage.object(authKind, 'auth')).toBe(before);
  });

  it.each([
    { annotation: undefined, is: 'terminal' },
    { annotation: 'others', is: 'terminal' },
    { annotation: 'others, team', is: 'done' },
    { annotation: '*', is: 'done' },
  ])('the Secret of another namespace that allows $annotation: $is', async ({ annotation, is }) => {
    await using stage = await startStage();
    const annotations = annotation === undefined ? {} : { 'konnect-reconciler.io/allowed-namespaces': annotation };
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken, { namespace: 'platform', annotations }));
    stage.cluster.user.apply(resource, authConfiguration({ secretRef: { name: 'token', namespace: 'platform' } }));

    expect((await reconcile(stage)).is).toBe(is);
  });

  it('T47 the consent of another namespace that is withdrawn stops what goes on, and its return starts it again', async () => {
    await using stage = await startStage();
    const consent = { 'konnect-reconciler.io/allowed-namespaces': namespace };
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken, { namespace: 'platform', annotations: consent }));
    stage.cluster.user.apply(resource, authConfiguration({ secretRef: { name: 'token', namespace: 'platform' } }));
    await settle(stage, authKind, 'auth');
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp'));
    await settle(stage, controlPlaneKind, 'cp');
    const before = stage.konnect.controlPlanes();
    const allow = (value: string | null) =>
      stage.cluster.user.edit(
        secretResource,
        { namespace: 'platform', name: 'token' },
        { metadata: { annotations: { 'konnect-reconciler.io/allowed-namespaces': value } } },
      );

    allow(null);
    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'RefNotPermitted' });
    expect(valid(stage)).toMatch(/^False RefNotPermitted: Secret platform\/token .* does not allow team: annotate it/);
    stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), { spec: { description: 'later' } });
    expect((await stage.reconcile(controlPlaneKind, 'cp')).is).toBe('wait');
    expect(stage.konnect.requests).toEqual([]);
    expect(stage.konnect.controlPlanes()).toEqual(before);

    allow(namespace);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(valid(stage)).toMatch(/^True Valid/);
    expect(await stage.reconcile(controlPlaneKind, 'cp', { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(stage.konnect.controlPlanes()).toContainEqual(expect.objectContaining({ description: 'later' }));
  });

  it('an AWS secret that does not allow the namespace', async () => {
    await using stage = await startStage();
    stage.tokens.putSecret(arn, goodToken, ['blue/others']);
    stage.cluster.user.apply(secretResource, { ...tokenSecret(''), data: { arn: base64(arn) } });
    stage.cluster.user.apply(resource, authConfiguration());

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False RefNotPermitted: .*does not allow blue\/team/);
  });

  it('an organisation that is not active', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    const body = { id: organizationId, name: 'Test', state: 'deleting' };
    stage.konnect.setFault(() => ({ status: 200, body }));

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toContain(`its organisation ${organizationId} is deleting in Konnect`);
  });
});
