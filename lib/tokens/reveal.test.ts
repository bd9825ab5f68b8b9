import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { CreateSecretCommand, DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { Retry, Terminal } from '../engine/errors.ts';
import { failureOf, key, type Rig, startRig, stored } from './fixture.ts';
import { namespacesTag } from './reveal.ts';

const reader = { cluster: 'prod', namespace: 'team-a' };

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

async function secret(
  SecretString: string,
  allowed: string | undefined = 'prod/team-a',
  Name = 'mine',
): Promise<string> {
  const Tags = [{ Key: namespacesTag, Value: allowed }];
  const { ARN } = await rig.client.send(new CreateSecretCommand({ Name, SecretString, Tags }));
  assert.ok(ARN !== undefined);
  rig.aws.resetRequests();
  return ARN;
}
function refusal(arn: string): Promise<Terminal> {
  return failureOf(rig.tokens.reveal(arn, reader), Terminal);
}

describe('reveal', () => {
  it('gives the token, trimmed, and never from a cache', async () => {
    const arn = await secret('{"token":" kpat_1\n"}'.replace('\n', '\\n'));
    assert.equal((await rig.tokens.reveal(arn, reader))?.reveal(), 'kpat_1');
    await rig.client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'kpat_2\n' }));
    assert.equal((await rig.tokens.reveal(arn, reader))?.reveal(), 'kpat_2');
  });

  it('gives nothing where nothing is, or nothing any more', async () => {
    const arn = await secret('kpat_canary');
    assert.equal(await rig.tokens.reveal(arn.replace('mine', 'yours'), reader), undefined);
    await rig.client.send(new DeleteSecretCommand({ SecretId: arn }));
    assert.equal(await rig.tokens.reveal(arn, reader), undefined);
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
      assert.ok((await rig.tokens.reveal(await secret('kpat_1', allowed), reader)) !== undefined);
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
        rig.aws.requests.map(({ operation }) => operation),
        ['DescribeSecret'],
      );
    });
  }

  it('is nobody where there is no tag', async () => {
    const { ARN = '' } = await rig.client.send(new CreateSecretCommand({ Name: 'bare', SecretString: 'kpat_canary' }));
    assert.match((await refusal(ARN)).message, /does not allow the namespace team-a of cluster prod/);
  });

  it('is nobody for the secrets of the store itself', async () => {
    await rig.tokens.keep(key, stored);
    const [own] = rig.aws.secrets();
    rig.aws.resetRequests();
    assert.match((await refusal(own?.arn ?? '')).message, /secret of the reconciler itself/);
    assert.deepEqual(rig.aws.requests, []);
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
    assert.deepEqual(rig.aws.requests, []);
  });
});

describe('failures', () => {
  for (const code of ['AccessDeniedException', 'DecryptionFailure', 'InvalidParameterException']) {
    for (const failing of ['DescribeSecret', 'GetSecretValue']) {
      it(`name the ARN where only somebody else can help: ${code} of ${failing}`, async () => {
        const arn = await secret('kpat_canary');
        rig.aws.setFault(({ operation }) =>
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
      rig.aws.setFault(() => fault);
      await assert.rejects(
        rig.tokens.reveal(arn, reader),
        (error) => error instanceof Retry && !/canary/.test(inspect(error)),
      );
    });
  }
});
