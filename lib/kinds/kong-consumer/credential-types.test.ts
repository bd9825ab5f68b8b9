import { describe, expect, it } from 'vitest';
import { credentialsValid, keysInKonnect, nameSecrets, withSecrets } from '../../../test/memory/credentials.ts';
import { applyConsumer, rewrite, settleAll, stageWithControlPlane } from '../../../test/memory/plugins.ts';

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

    expect(credentialsValid(stage)).toMatch(/^False Invalid: Secret bad holds no credential: /);
    expect(credentialsValid(stage)).toContain(words);
    expect(credentialsValid(stage)).not.toContain('hidden');
    expect(credentialsValid(stage, 'Programmed')).toBe('True Programmed');
    expect(keysInKonnect(stage)).toEqual(['k1']);
  });

  it('any more leaves what was made of it as it was', async () => {
    await using stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);

    rewrite(stage, 'held', { kee: 'k2' });
    await settleAll(stage);

    expect(keysInKonnect(stage)).toEqual(['k1']);
    expect(credentialsValid(stage)).toMatch(/^False Invalid: Secret held holds no credential: it has no key key/);
  });

  it('is named together with one that does not exist', async () => {
    await using stage = await withSecrets(['bad', undefined, {}]);
    nameSecrets(stage, ['bad', 'none']);
    await settleAll(stage);

    expect(credentialsValid(stage)).toMatch(/Secret bad holds no credential: .*; Secret none does not exist$/);
  });

  it('can be named before there is a control plane, and the consumer still says what else is wrong', async () => {
    await using stage = await stageWithControlPlane();
    const spec = { controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'none' } } };
    applyConsumer(stage, 'alice', {}, { spec, credentials: ['none'] });
    await settleAll(stage);

    expect(credentialsValid(stage)).toBe('False Invalid: Secret none does not exist');
    expect(credentialsValid(stage, 'Programmed')).toMatch(/^False ConditionWithStatusFalseExists/);
  });
});
