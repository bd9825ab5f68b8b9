import assert from 'node:assert/strict';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, it } from 'vitest';
import { start } from './fixture.ts';

function token(digit: number): string {
  return `00000000-0000-4000-8000-00000000000${digit}`;
}

describe('values', () => {
  it('creates, reads by name, ARN and partial ARN, and stages versions', async () => {
    await using local = await start();
    const { client } = local;
    const created = await client.send(new CreateSecretCommand({ Name: 'app/one', SecretString: 'first' }));
    assert.match(created.ARN ?? '', /^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/one-[A-Za-z0-9]{6}$/);
    const second = await client.send(new PutSecretValueCommand({ SecretId: 'app/one', SecretString: 'second' }));
    assert.deepEqual(second.VersionStages, ['AWSCURRENT']);
    const ids = ['app/one', created.ARN, created.ARN?.slice(0, -7)];
    for (const SecretId of ids) {
      assert.equal((await client.send(new GetSecretValueCommand({ SecretId }))).SecretString, 'second');
    }
    const previous = { SecretId: 'app/one', VersionStage: 'AWSPREVIOUS' };
    assert.equal((await client.send(new GetSecretValueCommand(previous))).SecretString, 'first');
    const byId = { SecretId: 'app/one', VersionId: created.VersionId };
    assert.equal((await client.send(new GetSecretValueCommand(byId))).SecretString, 'first');
    await assert.rejects(client.send(new GetSecretValueCommand({ ...byId, VersionStage: 'AWSCURRENT' })), {
      name: 'InvalidRequestException',
      message: 'You provided a VersionStage that is not associated to the provided VersionId.',
    });
  });

  it('keeps bytes as bytes', async () => {
    await using local = await start();
    const bytes = new Uint8Array([0, 255, 128]);
    await local.client.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary: bytes }));
    const read = await local.client.send(new GetSecretValueCommand({ SecretId: 'bytes' }));
    assert.deepEqual(new Uint8Array(read.SecretBinary ?? []), bytes);
    assert.equal(read.SecretString, undefined);
  });

  it('treats a repeated token as one request, and as a conflict when the value differs', async () => {
    await using local = await start();
    const { client } = local;
    const create = { Name: 'same', SecretString: 'a', ClientRequestToken: token(1) };
    const first = await client.send(new CreateSecretCommand(create));
    assert.deepEqual((await client.send(new CreateSecretCommand(create))).ARN, first.ARN);
    await assert.rejects(client.send(new CreateSecretCommand({ ...create, SecretString: 'b' })), {
      name: 'ResourceExistsException',
    });
    await assert.rejects(client.send(new CreateSecretCommand({ Name: 'same', SecretString: 'a' })), {
      name: 'ResourceExistsException',
      message: 'The operation failed because the secret same already exists.',
    });
    const put = { SecretId: 'same', SecretString: 'c', ClientRequestToken: token(2) };
    await client.send(new PutSecretValueCommand(put));
    await client.send(new PutSecretValueCommand(put));
    await assert.rejects(client.send(new PutSecretValueCommand({ ...put, SecretString: 'd' })), {
      name: 'ResourceExistsException',
    });
    assert.equal(local.server.secrets()[0]?.versions.length, 2);
  });

  it('moves a custom stage without touching the current version', async () => {
    await using local = await start();
    const { client } = local;
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: 'live' }));
    const pending = { SecretId: 's', VersionStages: ['AWSPENDING'] };
    await client.send(new PutSecretValueCommand({ ...pending, SecretString: 'one' }));
    await client.send(new PutSecretValueCommand({ ...pending, SecretString: 'two' }));
    const read = async (VersionStage: string) =>
      (await client.send(new GetSecretValueCommand({ SecretId: 's', VersionStage }))).SecretString;
    assert.deepEqual([await read('AWSCURRENT'), await read('AWSPENDING')], ['live', 'two']);
    await assert.rejects(read('AWSPREVIOUS'), {
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    });
    const listed = await client.send(new ListSecretVersionIdsCommand({ SecretId: 's' }));
    const all = await client.send(new ListSecretVersionIdsCommand({ SecretId: 's', IncludeDeprecated: true }));
    assert.deepEqual([listed.Versions?.length, all.Versions?.length], [2, 3]);
  });

  it('updates value and description together', async () => {
    await using local = await start();
    const { client } = local;
    await client.send(new CreateSecretCommand({ Name: 'u' }));
    await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: 'u' })), {
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    const updated = await client.send(
      new UpdateSecretCommand({ SecretId: 'u', Description: 'a token', SecretString: 'v' }),
    );
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'u' }));
    assert.equal(described.Description, 'a token');
    assert.deepEqual(described.VersionIdsToStages, { [updated.VersionId ?? '']: ['AWSCURRENT'] });
  });

  it('refuses what AWS refuses, without repeating the value', async () => {
    await using local = await start();
    const { client } = local;
    const refused = [
      [new CreateSecretCommand({ Name: 'no spaces', SecretString: 'hush' }), 'ValidationException'],
      [new CreateSecretCommand({ Name: 'big', SecretString: 'hush'.repeat(16_385) }), 'ValidationException'],
      [
        new CreateSecretCommand({ Name: 'x', ClientRequestToken: 'short', SecretString: 'hush' }),
        'ValidationException',
      ],
      [
        new CreateSecretCommand({ Name: 'x', SecretString: 'hush', SecretBinary: new Uint8Array([1]) }),
        'InvalidParameterException',
      ],
      [
        new CreateSecretCommand({ Name: 'x', SecretString: 'hush', Tags: [{ Key: 'aws:x', Value: 'y' }] }),
        'InvalidParameterException',
      ],
    ] as const;
    for (const [command, name] of refused) {
      await assert.rejects(
        client.send(command),
        (error: Error) => error.name === name && !error.message.includes('hush'),
      );
    }
    await client.send(new CreateSecretCommand({ Name: 'limit', SecretString: 'x'.repeat(65_536) }));
    assert.deepEqual(
      local.server.secrets().map(({ name }) => name),
      ['limit'],
    );
  });
});
