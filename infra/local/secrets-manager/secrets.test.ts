import assert from 'node:assert/strict';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, it } from 'vitest';
import { start } from './fixture.ts';

const DAY_MS = 86_400_000;

describe('deletion', () => {
  it('hides a secret for the recovery window, restores it, and forgets it when the window is over', async () => {
    let now = Date.UTC(2030, 0, 1);
    await using local = await start({ clock: () => now });
    const { client } = local;
    await client.send(new CreateSecretCommand({ Name: 'd', SecretString: 'v' }));
    const deleted = await client.send(new DeleteSecretCommand({ SecretId: 'd', RecoveryWindowInDays: 7 }));
    assert.equal(deleted.DeletionDate?.getTime(), now + 7 * DAY_MS);
    const marked = {
      name: 'InvalidRequestException',
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    };
    await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: 'd' })), marked);
    await assert.rejects(client.send(new PutSecretValueCommand({ SecretId: 'd', SecretString: 'w' })), marked);
    await assert.rejects(client.send(new CreateSecretCommand({ Name: 'd', SecretString: 'w' })), {
      name: 'InvalidRequestException',
      message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
    assert.ok((await client.send(new DescribeSecretCommand({ SecretId: 'd' }))).DeletedDate);
    assert.deepEqual((await client.send(new ListSecretsCommand({}))).SecretList, []);
    await client.send(new RestoreSecretCommand({ SecretId: 'd' }));
    assert.equal((await client.send(new GetSecretValueCommand({ SecretId: 'd' }))).SecretString, 'v');
    await client.send(new DeleteSecretCommand({ SecretId: 'd' }));
    now += 29 * DAY_MS;
    await client.send(new DescribeSecretCommand({ SecretId: 'd' }));
    now += DAY_MS;
    await assert.rejects(client.send(new DescribeSecretCommand({ SecretId: 'd' })), {
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it('checks the window and forces when told to', async () => {
    await using local = await start();
    const { client } = local;
    const created = await client.send(new CreateSecretCommand({ Name: 'f', SecretString: 'v' }));
    const wrong = [
      { RecoveryWindowInDays: 6 },
      { RecoveryWindowInDays: 31 },
      { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
    ];
    for (const options of wrong) {
      await assert.rejects(client.send(new DeleteSecretCommand({ SecretId: 'f', ...options })), {
        name: 'InvalidParameterException',
      });
    }
    await client.send(new DeleteSecretCommand({ SecretId: 'f' }));
    await client.send(new DeleteSecretCommand({ SecretId: 'f', ForceDeleteWithoutRecovery: true }));
    await client.send(new DeleteSecretCommand({ SecretId: 'never-was', ForceDeleteWithoutRecovery: true }));
    const again = await client.send(new CreateSecretCommand({ Name: 'f', SecretString: 'v' }));
    assert.notEqual(again.ARN, created.ARN);
  });
});

describe('listing', () => {
  it('filters and pages', async () => {
    let now = 1_000;
    await using local = await start({ clock: () => now++ });
    const { client } = local;
    for (const name of ['a/one', 'a/two', 'b/one', 'b/two']) {
      const Tags = [{ Key: 'owner', Value: name.startsWith('a') ? 'alpha' : 'beta' }];
      await client.send(new CreateSecretCommand({ Name: name, SecretString: 'v', Description: `The ${name}`, Tags }));
    }
    const names = async (input: ListSecretsCommandInput) =>
      ((await client.send(new ListSecretsCommand(input))).SecretList ?? []).map(({ Name }) => Name);
    assert.deepEqual(await names({ Filters: [{ Key: 'name', Values: ['a/'] }] }), ['a/one', 'a/two']);
    assert.deepEqual(await names({ Filters: [{ Key: 'name', Values: ['!a/'] }] }), ['b/one', 'b/two']);
    assert.deepEqual(await names({ Filters: [{ Key: 'tag-value', Values: ['Beta'] }] }), []);
    assert.deepEqual(
      await names({
        Filters: [
          { Key: 'tag-value', Values: ['beta'] },
          { Key: 'all', Values: ['TWO'] },
        ],
      }),
      ['b/two'],
    );
    const first = await client.send(new ListSecretsCommand({ MaxResults: 3 }));
    assert.equal(first.SecretList?.length, 3);
    assert.deepEqual(await names({ MaxResults: 3, ...(first.NextToken ? { NextToken: first.NextToken } : {}) }), [
      'b/two',
    ]);
    assert.deepEqual((await names({ SortOrder: 'desc' }))[0], 'b/two');
    await assert.rejects(names({ NextToken: 'other' }), { name: 'InvalidNextTokenException' });
  });

  it('tags and untags', async () => {
    await using local = await start();
    const { client } = local;
    await client.send(new CreateSecretCommand({ Name: 't', Tags: [{ Key: 'a', Value: '1' }] }));
    await client.send(new TagResourceCommand({ SecretId: 't', Tags: [{ Key: 'b', Value: '2' }] }));
    await client.send(new UntagResourceCommand({ SecretId: 't', TagKeys: ['a'] }));
    const described = await client.send(new DescribeSecretCommand({ SecretId: 't' }));
    assert.deepEqual(described.Tags, [{ Key: 'b', Value: '2' }]);
  });
});
