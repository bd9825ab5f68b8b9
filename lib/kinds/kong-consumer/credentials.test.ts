import { describe, expect, it } from 'vitest';
import { consumerKind, entities } from '../../../test/memory/core.ts';
import { conditionText, forget, key, konnectCalls, named, secretResource } from '../../../test/memory/manifests.ts';
import {
  applyConsumer,
  objectsOf,
  rewrite,
  secret,
  settleAll,
  stageWithControlPlane,
} from '../../../test/memory/plugins.ts';
import { namespace, type Stage } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation } from '../../engine/names.ts';

type Data = Readonly<Record<string, string>>;

/** The consumer `alice`, with Secrets of these names, labels and contents. */
async function withSecrets(...secrets: readonly (readonly [string, string | undefined, Data])[]): Promise<Stage> {
  const stage = await stageWithControlPlane();
  for (const [name, label, data] of secrets) stage.cluster.user.apply(secretResource, secret(name, data, label));
  applyConsumer(stage, 'alice', {}, { credentials: secrets.map(([name]) => name) });
  await settleAll(stage);
  return stage;
}

function condition(stage: Stage, type = 'CredentialSecretRefsValid'): string {
  return conditionText(stage.object(consumerKind, 'alice'), type);
}

function edit(stage: Stage, credentials: readonly string[]): void {
  stage.cluster.user.edit(consumerKind.resource, key('alice'), { credentials });
}

const apiKeys = (stage: Stage) => objectsOf(stage, 'KongCredentialAPIKey');
const keysInKonnect = (stage: Stage) =>
  entities(stage, 'key-auths')
    .map((entity) => entity['key'])
    .sort();

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
    expect(condition(stage)).toBe('True Valid');
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

    edit(stage, ['two']);
    await settleAll(stage);
    expect(keysInKonnect(stage)).toEqual(['k2']);

    edit(stage, []);
    await settleAll(stage);
    expect(keysInKonnect(stage)).toEqual([]);
    expect(condition(stage)).toBe('True Valid');
  });

  it('that deletes the Secret deletes the credential, and the consumer says so', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);

    stage.cluster.user.remove(secretResource, key('held'));
    await settleAll(stage);

    expect(keysInKonnect(stage)).toEqual([]);
    expect(condition(stage)).toBe('False Invalid: Secret held does not exist');
    expect(condition(stage, 'Programmed')).toBe('True Programmed');
  });
});

const unfit = [
  { reason: 'no label', label: undefined, data: { key: 'hidden' }, words: 'no label konghq.com/credential' },
  { reason: 'a label of no credential', label: 'konnect', data: { key: 'hidden' }, words: 'must be one of basic-auth' },
  {
    reason: 'a label that every object has',
    label: 'toString',
    data: { key: 'hidden' },
    words: 'must be one of basic',
  },
  { reason: 'a missing key', label: 'basic-auth', data: { username: 'hidden' }, words: 'no key password, which' },
  { reason: 'an empty value', label: 'key-auth', data: { key: '' }, words: 'no key key, which key-auth needs' },
  {
    reason: 'an algorithm that is none',
    label: 'jwt',
    data: { key: 'hidden', algorithm: 'hidden' },
    words: 'its algorithm must be one of HS256',
  },
  {
    reason: 'an algorithm without its public key',
    label: 'jwt',
    data: { key: 'hidden', algorithm: 'ES256' },
    words: 'no key rsa_public_key, which ES256 needs',
  },
];

describe('a Secret that holds no credential', () => {
  it.each(unfit)('for $reason is named, and keeps nothing else from Konnect', async ({ label, data, words }) => {
    await using stage = await withSecrets(['bad', label, data], ['good', 'key-auth', { key: 'k1' }]);

    expect(condition(stage)).toMatch(/^False Invalid: Secret bad holds no credential: /);
    expect(condition(stage)).toContain(words);
    expect(condition(stage)).not.toContain('hidden');
    expect(condition(stage, 'Programmed')).toBe('True Programmed');
    expect(keysInKonnect(stage)).toEqual(['k1']);
  });

  it('any more leaves what was made of it as it was', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);

    rewrite(stage, 'held', { kee: 'k2' });
    await settleAll(stage);

    expect(keysInKonnect(stage)).toEqual(['k1']);
    expect(condition(stage)).toMatch(/^False Invalid: Secret held holds no credential: it has no key key/);
  });

  it('is named together with one that does not exist', async () => {
    await using stage = await withSecrets(['bad', undefined, {}]);
    edit(stage, ['bad', 'none']);
    await settleAll(stage);

    expect(condition(stage)).toMatch(/Secret bad holds no credential: .*; Secret none does not exist$/);
  });

  it('can be named before there is a control plane, and the consumer still says what else is wrong', async () => {
    await using stage = await stageWithControlPlane();
    const spec = { controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'none' } } };
    applyConsumer(stage, 'alice', {}, { spec, credentials: ['none'] });
    await settleAll(stage);

    expect(condition(stage)).toBe('False Invalid: Secret none does not exist');
    expect(condition(stage, 'Programmed')).toMatch(/^False ConditionWithStatusFalseExists/);
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
    edit(stage, []);
    await settleAll(stage);
    stage.cluster.user.apply(resource, {
      metadata: { name: first?.metadata.name ?? '', namespace },
      spec: { consumerRef: { name: 'alice' }, key: 'theirs' },
    });

    edit(stage, ['held', 'more']);
    await settleAll(stage);

    expect(condition(stage)).toContain(`KongCredentialAPIKey ${namespace}/${first?.metadata.name} is in the way`);
    expect(keysInKonnect(stage)).toEqual(['k2', 'theirs']);
  });
});
