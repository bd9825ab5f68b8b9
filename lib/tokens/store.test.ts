import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { Terminal } from '../engine/errors.ts';
import { failureOf, key, name, type Rig, rotated, startRig, stored } from './fixture.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

describe('keep and read', () => {
  it('creates a secret that says whose it is, and another process reads it', async () => {
    await rig.tokens.keep(key, stored);
    assert.deepEqual(rig.operations(), ['GetSecretValue', 'CreateSecret']);
    const [secret] = rig.aws.secrets();
    assert.equal(secret?.name, name);
    assert.deepEqual(secret?.tags, {
      'managed-by': 'konnect-reconciler',
      'k8s-cluster': 'prod',
      'k8s-namespace': 'team-a',
      'k8s-name': 'konnect',
      'cost-centre': '7',
    });
    const read = await rig.other().read(key);
    assert.equal(read?.token.reveal(), 'kpat_canary-1');
    assert.deepEqual({ ...read, token: undefined }, { ...stored, token: undefined });
  });

  it('encrypts what it creates with the key that it is told', async () => {
    const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c';
    await rig.other({ kmsKeyArn: KmsKeyId }).keep(key, stored);
    assert.equal(rig.aws.secrets().at(0)?.kmsKeyId, KmsKeyId);
  });

  it('writes nothing where token, server and organisation are as stored', async () => {
    await rig.tokens.keep(key, stored);
    rig.operations();
    await rig.tokens.keep(key, { ...stored, checkedAt: '2027-01-01T00:00:00.000Z' });
    assert.deepEqual(rig.operations(), ['GetSecretValue']);
  });

  for (const { what, next } of [
    { what: 'token', next: rotated },
    { what: 'server URL', next: { ...stored, serverURL: 'https://us.api.konghq.com' } },
    { what: 'organisation', next: { ...stored, organizationId: 'org-2' } },
  ]) {
    it(`writes a new version where the ${what} changed, and reads it at once`, async () => {
      await rig.tokens.keep(key, stored);
      rig.operations();
      await rig.tokens.keep(key, next);
      assert.deepEqual(rig.operations(), ['GetSecretValue', 'PutSecretValue']);
      const read = await rig.tokens.read(key);
      assert.deepEqual(read, next);
      assert.ok(read?.token.equals(next.token));
    });
  }

  it('takes a secret back that waits for its deletion', async () => {
    await rig.tokens.keep(key, stored);
    await rig.tokens.forget(key);
    assert.equal(await rig.other().read(key), undefined);
    rig.operations();
    await rig.tokens.keep(key, rotated);
    assert.deepEqual(rig.operations(), ['GetSecretValue', 'DescribeSecret', 'RestoreSecret', 'PutSecretValue']);
    assert.equal((await rig.other().read(key))?.token.reveal(), 'kpat_canary-2');
  });

  it('fills a secret that was left without a value, or with a wrong one', async () => {
    await rig.client.send(new CreateSecretCommand({ Name: name }));
    await rig.tokens.keep(key, stored);
    assert.equal((await rig.other().read(key))?.token.reveal(), 'kpat_canary-1');
    await rig.client.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'canary' }));
    await rig.tokens.keep(key, stored);
    assert.equal((await rig.other().read(key))?.token.reveal(), 'kpat_canary-1');
  });

  it('survives two processes that create at the same time', async () => {
    await Promise.all([rig.tokens.keep(key, stored), rig.other().keep(key, stored)]);
    assert.equal(rig.aws.secrets().length, 1);
    assert.equal((await rig.other().read(key))?.token.reveal(), 'kpat_canary-1');
  });

  it('reads nothing where nothing is, and sees it as soon as it is there', async () => {
    assert.equal(await rig.tokens.read(key), undefined);
    await rig.other().keep(key, stored);
    assert.equal((await rig.tokens.read(key))?.token.reveal(), 'kpat_canary-1');
  });

  for (const value of ['canary', '{"token":"canary"}']) {
    it(`refuses a stored value of another form without quoting it: ${value}`, async () => {
      await rig.client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
      const error = await failureOf(rig.tokens.read(key), Terminal);
      assert.match(error.message, /delete the secret konnect-reconciler\/prod\/team-a\/konnect and replay/);
    });
  }

  it('refuses a binary secret', async () => {
    await rig.client.send(new CreateSecretCommand({ Name: name, SecretBinary: Buffer.from('canary') }));
    await failureOf(rig.tokens.read(key), Terminal);
  });

  it('refuses a key that could name something else', async () => {
    const wrong = { ...key, name: '../other/x' };
    for (const work of [rig.tokens.read(wrong), rig.tokens.keep(wrong, stored), rig.tokens.forget(wrong)])
      await failureOf(work, Terminal);
    assert.deepEqual(rig.operations(), []);
  });
});

describe('the cache', () => {
  it('holds a token for a minute, and one read serves all who ask at once', async () => {
    await rig.other().keep(key, stored);
    rig.operations();
    await Promise.all([rig.tokens.read(key), rig.tokens.read(key)]);
    rig.later(59_000);
    await rig.tokens.read(key);
    assert.deepEqual(rig.operations(), ['GetSecretValue']);
    await rig.other().keep(key, rotated);
    rig.later(1000);
    assert.equal((await rig.tokens.read(key))?.token.reveal(), 'kpat_canary-2');
  });

  it('lets a rotated token be seen at once where asked to', async () => {
    await rig.other().keep(key, stored);
    await rig.tokens.read(key);
    await rig.other().keep(key, rotated);
    assert.equal((await rig.tokens.read(key))?.token.reveal(), 'kpat_canary-1');
    rig.tokens.refresh(key);
    assert.equal((await rig.tokens.read(key))?.token.reveal(), 'kpat_canary-2');
  });
});

it('has nothing stale in the cache after a keep, even one that wrote nothing', async () => {
  await rig.other().keep(key, stored);
  await rig.tokens.read(key);
  await rig.other().keep(key, rotated);
  await rig.tokens.keep(key, rotated);
  rig.operations();
  assert.equal((await rig.tokens.read(key))?.token.reveal(), 'kpat_canary-2');
  assert.deepEqual(rig.operations(), [], 'what was kept need not be read again');
});

describe('forget', () => {
  it('schedules the deletion with a recovery window', async () => {
    await rig.tokens.keep(key, stored);
    await rig.tokens.forget(key);
    const deletion = rig.aws.secrets()[0]?.deletion;
    assert.equal((deletion?.due ?? 0) - (deletion?.askedAt ?? 0), 7 * 86_400_000);
    assert.equal(await rig.tokens.read(key), undefined);
  });

  it('is done where the secret is gone, or already to be deleted', async () => {
    await rig.tokens.forget(key);
    await rig.tokens.keep(key, stored);
    await rig.tokens.forget(key);
    await rig.tokens.forget(key);
    rig.later(8 * 86_400_000);
    await rig.tokens.forget(key);
    assert.deepEqual(rig.aws.secrets(), []);
  });
});

it('keeps the value in Secrets Manager only', async () => {
  await rig.tokens.keep(key, stored);
  const { SecretString } = await rig.client.send(new GetSecretValueCommand({ SecretId: name }));
  assert.match(SecretString ?? '', /kpat_canary-1/);
  assert.doesNotMatch(
    inspect([rig.tokens, await rig.tokens.read(key), rig.aws.requests], { depth: 9, showHidden: true }),
    /canary/,
  );
});
