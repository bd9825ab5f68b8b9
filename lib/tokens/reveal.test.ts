import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type LocalSecretsManager, startSecretsManager } from '../../infra/local/secrets-manager/server.ts';
import { Retry, Terminal } from '../engine/errors.ts';
import type { Tokens } from '../engine/ports.ts';
import { Sensitive } from '../sensitive.ts';
import { namespacesTag } from './reveal.ts';
import { createTokens, secretsManagerClient } from './store.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
const reader = { cluster: 'prod', namespace: 'team-a' };

let aws: LocalSecretsManager;
let client: SecretsManagerClient;
let tokens: Tokens;

beforeEach(async () => {
  aws = await startSecretsManager({ region, credentials });
  client = secretsManagerClient({ endpoint: aws.url, region, credentials, timeoutMs: 500 });
  tokens = createTokens({ client, clock: { now: () => new Date() } });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

async function secret(
  SecretString: string,
  allowed: string | undefined = 'prod/team-a',
  Name = 'mine',
): Promise<string> {
  const Tags = [{ Key: namespacesTag, Value: allowed }];
  const { ARN } = await client.send(new CreateSecretCommand({ Name, SecretString, Tags }));
  assert.ok(ARN !== undefined);
  aws.resetRequests();
  return ARN;
}
async function refusal(arn: string): Promise<Terminal> {
  const error = await tokens.reveal(arn, reader).then(
    () => assert.fail('must be refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Terminal, inspect(error));
  assert.doesNotMatch(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }), /canary/);
  return error;
}

describe('reveal', () => {
  it('gives the token, trimmed, and never from a cache', async () => {
    const arn = await secret('{"token":" kpat_1\n"}'.replace('\n', '\\n'));
    assert.equal((await tokens.reveal(arn, reader))?.reveal(), 'kpat_1');
    await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'kpat_2\n' }));
    assert.equal((await tokens.reveal(arn, reader))?.reveal(), 'kpat_2');
  });

  it('gives nothing where nothing is, or nothing any more', async () => {
    const arn = await secret('kpat_canary');
    assert.equal(await tokens.reveal(arn.replace('mine', 'yours'), reader), undefined);
    await client.send(new DeleteSecretCommand({ SecretId: arn }));
    assert.equal(await tokens.reveal(arn, reader), undefined);
  });

  it('refuses a value without a token', async () => {
    assert.match((await refusal(await secret('{"password":"canary"}'))).message, /holds no token/);
  });
});

describe('who may name a secret', () => {
  for (const { allowed, reason } of [
    { allowed: 'prod/team-a', reason: 'the namespace' },
    { allowed: 'prod', reason: 'the whole cluster' },
    { allowed: 'stage  prod/team-b prod/team-a', reason: 'one of several' },
  ]) {
    it(`is said by its tag: ${reason}`, async () => {
      assert.ok((await tokens.reveal(await secret('kpat_1', allowed), reader)) !== undefined);
    });
  }

  for (const { allowed, reason } of [
    { allowed: '', reason: 'nobody' },
    { allowed: 'prod/team-b stage/team-a', reason: 'others' },
    { allowed: 'prod/team', reason: 'a namespace whose name begins alike' },
    { allowed: 'prod/', reason: 'a namespace without a name' },
  ]) {
    it(`is not this one, and the value is not even read: ${reason}`, async () => {
      const error = await refusal(await secret('kpat_canary', allowed));
      assert.match(error.message, /add "prod\/team-a" to its tag konnect-reconciler\.io\/namespaces$/);
      assert.deepEqual(
        aws.requests.map(({ operation }) => operation),
        ['DescribeSecret'],
      );
    });
  }

  it('is nobody where there is no tag', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'bare', SecretString: 'kpat_canary' }));
    assert.match((await refusal(ARN)).message, /does not allow the namespace team-a of cluster prod/);
  });

  it('is nobody for the secrets of the store itself', async () => {
    const token = new Sensitive('kpat_canary');
    const key = { ...reader, name: 'konnect' };
    await tokens.keep(key, { token, serverURL: 'https://x', organizationId: 'o', checkedAt: 'c' });
    const [own] = aws.secrets();
    aws.resetRequests();
    assert.match((await refusal(own?.arn ?? '')).message, /secret of the reconciler itself/);
    assert.deepEqual(aws.requests, []);
  });
});

describe('what is no ARN', () => {
  for (const arn of [
    'kpat_canary',
    '',
    'arn:aws:s3:::canary',
    'arn:aws:secretsmanager:eu-west-1:1:secret:x-abcdef',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a b-abcdef',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:without',
  ]) {
    it(`is refused: ${arn}`, async () => {
      assert.match((await refusal(arn)).message, /holds no whole ARN of a secret/);
    });
  }

  it('of this region is refused, since this client can not ask another', async () => {
    assert.match(
      (await refusal('arn:aws:secretsmanager:us-east-1:123456789012:secret:x-abcdef')).message,
      /in eu-west-1$/,
    );
    assert.deepEqual(aws.requests, []);
  });
});

describe('failures', () => {
  for (const code of ['AccessDeniedException', 'DecryptionFailure', 'InvalidParameterException']) {
    for (const failing of ['DescribeSecret', 'GetSecretValue']) {
      it(`name the ARN where only somebody else can help: ${code} of ${failing}`, async () => {
        const arn = await secret('kpat_canary');
        aws.setFault(({ operation }) =>
          operation === failing ? { status: 400, code, message: 'quotes canary' } : undefined,
        );
        assert.ok((await refusal(arn)).message.startsWith(`${arn} can not be read (${code})`));
      });
    }
  }

  for (const fault of [
    { status: 500, code: 'InternalServiceError' },
    { status: 400, code: 'ThrottlingException' },
    'reset',
  ] as const) {
    it(`that pass are worth another try: ${inspect(fault)}`, async () => {
      const arn = await secret('kpat_canary');
      aws.setFault(() => fault);
      await assert.rejects(
        tokens.reveal(arn, reader),
        (error) => error instanceof Retry && !/canary/.test(inspect(error)),
      );
    });
  }
});
