import { describe, expect, it } from 'vitest';
import { consumerKind } from '../../../test/memory/core.ts';
import {
  apiKeys,
  credentialsValid,
  keysInKonnect,
  nameSecrets,
  withSecrets,
} from '../../../test/memory/credentials.ts';
import { conditionText, forget, key, konnectCalls, named } from '../../../test/memory/manifests.ts';
import { objectsOf, settleAll } from '../../../test/memory/plugins.ts';
import { namespace } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation } from '../../engine/names.ts';

const publicKey = '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n';
const types = [
  { label: 'basic-auth', kind: 'KongCredentialBasicAuth', data: { username: 'a', password: 'p' } },
  { label: 'key-auth', kind: 'KongCredentialAPIKey', data: { key: 'k' } },
  { label: 'acl', kind: 'KongCredentialACL', data: { group: 'g' } },
  { label: 'hmac', kind: 'KongCredentialHMAC', data: { username: 'a', secret: 's' } },
  { label: 'jwt', kind: 'KongCredentialJWT', data: { key: 'i', algorithm: 'HS512', secret: 's' } },
];

describe('a Secret that a consumer names', () => {
  it.each(types)('of type $label becomes a credential', async ({ label, kind, data }) => {
    await using stage = await withSecrets(['held', label, { ...data, other: 'not for Konnect' }]);

    const made = objectsOf(stage, kind);
    expect(made.map(({ spec }) => spec)).toMatchObject([{ consumerRef: { name: 'alice' }, ...data }]);
    expect(JSON.stringify(made)).not.toContain('not for Konnect');
    expect(conditionText(stage.object(named(kind), made[0]?.metadata.name ?? ''), 'Programmed')).toBe(
      'True Programmed',
    );
    expect(credentialsValid(stage)).toBe('True Valid');
  });

  it('and that has no name is told, beside one that becomes a credential', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k' }]);
    nameSecrets(stage, ['held', '']);
    await settleAll(stage);

    expect(keysInKonnect(stage)).toHaveLength(1);
    expect(credentialsValid(stage)).toMatch(/^False Invalid: an empty name stands in credentials/);
  });

  it('may hold a token with a public key', async () => {
    await using stage = await withSecrets(['held', 'jwt', { key: 'i', algorithm: 'RS256', rsa_public_key: publicKey }]);

    expect(objectsOf(stage, 'KongCredentialJWT').map(({ spec }) => spec)).toEqual([
      { consumerRef: { name: 'alice' }, key: 'i', algorithm: 'RS256', rsa_public_key: publicKey },
    ]);
  });

  it('is one of several of the same type: each has a credential of its own', async () => {
    await using stage = await withSecrets(['one', 'key-auth', { key: 'k1' }], ['two', 'key-auth', { key: 'k2' }]);

    expect(apiKeys(stage)).toHaveLength(2);
    expect(keysInKonnect(stage)).toEqual(['k1', 'k2']);
  });

  it('belongs to the consumer of its own namespace only', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);
    const metadata = { name: 'alice', namespace: 'elsewhere' };
    const [mine] = apiKeys(stage);
    stage.cluster.user.apply(named('KongCredentialAPIKey').resource, {
      metadata: { ...metadata, name: mine?.metadata.name ?? '' },
      spec: { consumerRef: { name: 'alice' }, key: 'theirs' },
    });

    await stage.reconcile(consumerKind, 'alice');

    expect(apiKeys(stage).map(({ spec, metadata: { namespace: its } }) => [its, Object(spec).key])).toEqual([
      [namespace, 'k1'],
      ['elsewhere', 'theirs'],
    ]);
  });

  it('makes nothing twice, and comes to rest', async () => {
    await using stage = await withSecrets(['held', 'jwt', { key: 'i', algorithm: 'HS256' }]);
    const before = stage.cluster.user.objects;
    forget(stage);

    await settleAll(stage);

    expect(stage.cluster.user.objects).toEqual(before);
    expect(konnectCalls(stage)).toEqual([]);
  });
});

describe('the object of a credential', () => {
  it('goes with the consumer, and does not hold the Secret', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);

    const { uid } = stage.object(consumerKind, 'alice').metadata;
    expect(apiKeys(stage)[0]?.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'configuration.konghq.com/v1',
        kind: 'KongConsumer',
        name: 'alice',
        uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  });

  it('is retained if the consumer is', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);
    stage.cluster.user.edit(consumerKind.resource, key('alice'), {
      metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } },
    });
    stage.cluster.user.remove(consumerKind.resource, key('alice'));

    await stage.reconcile(consumerKind, 'alice');

    expect(stage.find(consumerKind.resource, 'alice')).toBeUndefined();
    expect(apiKeys(stage)[0]?.metadata.annotations?.[deletionPolicyAnnotation]).toBe('retain');
  });

  it("is told where somebody else's object has its name; the others are made", async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }], ['more', 'key-auth', { key: 'k2' }]);
    const [first] = apiKeys(stage);
    const { resource } = named('KongCredentialAPIKey');
    nameSecrets(stage, []);
    await settleAll(stage);
    stage.cluster.user.apply(resource, {
      metadata: { name: first?.metadata.name ?? '', namespace },
      spec: { consumerRef: { name: 'alice' }, key: 'theirs' },
    });

    nameSecrets(stage, ['held', 'more']);
    await settleAll(stage);

    expect(credentialsValid(stage)).toContain(
      `KongCredentialAPIKey ${namespace}/${first?.metadata.name} is in the way`,
    );
    expect(keysInKonnect(stage)).toEqual(['k2', 'theirs']);
  });
});
