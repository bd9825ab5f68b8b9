import { describe, expect, it } from 'vitest';
import { consumerKind, entities } from '../../../test/memory/core.ts';
import { apiKeys, keysInKonnect, nameSecrets, withSecrets } from '../../../test/memory/credentials.ts';
import { key, named, secretResource } from '../../../test/memory/manifests.ts';
import { rewrite, settleAll } from '../../../test/memory/plugins.ts';
import { namespace, type Stage } from '../../../test/memory/stage.ts';

/* Kong's operator makes credentials of Secrets as well: under random names, owned by the consumer and by the Secret. */

const { resource } = named('KongCredentialAPIKey');

/** A credential as that operator made it, in Konnect already, before the consumer's Secrets are looked at. */
async function madeBefore(): Promise<{ readonly stage: Stage; readonly uid: string; readonly id: unknown }> {
  const stage = await withSecrets(['held', 'key-auth', { key: 'k1' }]);
  nameSecrets(stage, []);
  await settleAll(stage);
  const consumer = stage.object(consumerKind, 'alice').metadata;
  const secret = stage.find(secretResource, 'held')?.metadata;
  const ownerReferences = [
    {
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongConsumer',
      name: 'alice',
      uid: consumer.uid,
      controller: true,
    },
    { apiVersion: 'v1', kind: 'Secret', name: 'held', uid: secret?.uid ?? '' },
  ];
  const metadata = { name: 'alice-x7k2p', namespace, ownerReferences };
  const made = stage.cluster.user.apply(resource, { metadata, spec: { consumerRef: { name: 'alice' }, key: 'k1' } });
  await settleAll(stage);
  const [entity] = entities(stage, 'key-auths');
  nameSecrets(stage, ['held']);
  await settleAll(stage);
  return { stage, uid: made.metadata.uid, id: entity?.id };
}

describe("a credential that Kong's operator made of a Secret", () => {
  it('is kept under its name, and no second one is made', async () => {
    const { stage, uid, id } = await madeBefore();
    await using _ = stage;

    expect(apiKeys(stage).map(({ metadata }) => [metadata.name, metadata.uid])).toEqual([['alice-x7k2p', uid]]);
    expect(entities(stage, 'key-auths')).toMatchObject([{ id, key: 'k1' }]);
  });

  it('goes with the consumer alone from then on', async () => {
    const { stage } = await madeBefore();
    await using _ = stage;

    expect(apiKeys(stage)[0]?.metadata.ownerReferences).toMatchObject([{ kind: 'KongConsumer', name: 'alice' }]);
  });

  it('follows the Secret, also where that comes to hold something else', async () => {
    const { stage, id } = await madeBefore();
    await using _ = stage;

    rewrite(stage, 'held', { key: 'k2' });
    await settleAll(stage);

    expect(entities(stage, 'key-auths')).toMatchObject([{ id, key: 'k2' }]);
    expect(apiKeys(stage)).toHaveLength(1);
  });

  it('goes with the Secret', async () => {
    const { stage } = await madeBefore();
    await using _ = stage;

    stage.cluster.user.remove(secretResource, key('held'));
    await settleAll(stage);

    expect(keysInKonnect(stage)).toEqual([]);
    expect(apiKeys(stage)).toEqual([]);
  });
});
