import { describe, expect, it } from 'vitest';
import { entities } from '../../../test/memory/core.ts';
import {
  apiKeys,
  credentialsValid,
  keysInKonnect,
  nameSecrets,
  withSecrets,
} from '../../../test/memory/credentials.ts';
import { key, named, secretResource } from '../../../test/memory/manifests.ts';
import { objectsOf, rewrite, settleAll } from '../../../test/memory/plugins.ts';

describe('a change', () => {
  it('of the Secret reaches Konnect under the same id', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);
    const [before] = entities(stage, 'key-auths');

    rewrite(stage, 'held', { key: 'k2' });
    await settleAll(stage);

    expect(entities(stage, 'key-auths')).toMatchObject([{ id: before?.id, key: 'k2' }]);
  });

  it('that takes a value out takes it out of the credential', async () => {
    await using stage = await withSecrets(['held', 'jwt', { key: 'i', algorithm: 'HS256', secret: 's' }]);

    rewrite(stage, 'held', { key: 'i', algorithm: 'HS256' });
    await settleAll(stage);

    expect(objectsOf(stage, 'KongCredentialJWT').map(({ spec }) => Object.keys(Object(spec)))).toEqual([
      ['algorithm', 'consumerRef', 'key'],
    ]);
  });

  it('of its label makes another type of it', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1', group: 'g' }]);

    stage.cluster.user.edit(secretResource, key('held'), { metadata: { labels: { 'konghq.com/credential': 'acl' } } });
    await settleAll(stage);

    expect(apiKeys(stage)).toEqual([]);
    expect(entities(stage, 'acls')).toMatchObject([{ group: 'g' }]);
    expect(keysInKonnect(stage)).toEqual([]);
  });

  it('of somebody to the credential itself is undone', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);
    const name = apiKeys(stage)[0]?.metadata.name ?? '';

    stage.cluster.user.edit(named('KongCredentialAPIKey').resource, key(name), {
      spec: { key: 'other' },
      metadata: { labels: null },
    });
    await settleAll(stage);

    expect(keysInKonnect(stage)).toEqual(['k1']);
  });

  it('that names the Secret no more deletes the credential, also where it was the last', async () => {
    await using stage = await withSecrets(['one', 'key-auth', { key: 'k1' }], ['two', 'key-auth', { key: 'k2' }]);

    nameSecrets(stage, ['two']);
    await settleAll(stage);
    expect(keysInKonnect(stage)).toEqual(['k2']);

    nameSecrets(stage, []);
    await settleAll(stage);
    expect(keysInKonnect(stage)).toEqual([]);
    expect(credentialsValid(stage)).toBe('True Valid');
  });

  it('that deletes the Secret deletes the credential, and the consumer says so', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);

    stage.cluster.user.remove(secretResource, key('held'));
    await settleAll(stage);

    expect(keysInKonnect(stage)).toEqual([]);
    expect(credentialsValid(stage)).toBe('False Invalid: Secret held does not exist');
    expect(credentialsValid(stage, 'Programmed')).toBe('True Programmed');
  });
});
