import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { start } from '../infra/local/secrets-manager/fixture.ts';
import { registeredClusters } from './clusters.ts';
import { Retry } from './engine/errors.ts';

it('lists the clusters below a prefix, page by page, and nothing else', async () => {
  await using local = await start();
  const create = (Name: string) => local.client.send(new CreateSecretCommand({ Name, SecretString: 'kubeconfig' }));
  const names = Array.from({ length: 120 }, (_, index) => `cluster-${String(index).padStart(3, '0')}`);
  for (const name of names.toReversed()) await create(`stack/replay/${name}`);
  for (const other of ['stack/replay', 'stack/replay/deeper/one', 'stack/replays/two', 'other/stack/replay/three']) {
    await create(other);
  }
  await create('stack/replay/gone');
  await local.client.send(new DeleteSecretCommand({ SecretId: 'stack/replay/gone', RecoveryWindowInDays: 7 }));

  expect(await registeredClusters(local.client, 'stack/replay')).toEqual(names);
  expect(await registeredClusters(local.client, 'nothing')).toEqual([]);
});

it('says that it could not be found out where Secrets Manager refuses', async () => {
  await using local = await start();
  local.server.setFault(() => ({ status: 400, code: 'AccessDeniedException' }));
  const listing = registeredClusters(local.client, 'stack/replay');
  await expect(listing).rejects.toThrow(Retry);
  await expect(listing).rejects.toThrow(/could not be listed in Secrets Manager: AccessDeniedException/);
});
