import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type LocalSecretsManager, startSecretsManager } from '../../infra/local/secrets-manager/server.ts';
import { Retry, Terminal } from '../engine/errors.ts';
import type { StoredToken, TokenKey, Tokens } from '../engine/ports.ts';
import { Sensitive } from '../sensitive.ts';
import { createTokens, secretsManagerClient } from './store.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
const key: TokenKey = { cluster: 'prod', namespace: 'team-a', name: 'konnect' };
const name = 'konnect-reconciler/prod/team-a/konnect';
const stored: StoredToken = {
  token: new Sensitive('kpat_canary-1'),
  serverURL: 'https://eu.api.konghq.com',
  organizationId: 'org-1',
  checkedAt: '2026-08-01T10:00:00.000Z',
};
const rotated: StoredToken = { ...stored, token: new Sensitive('kpat_canary-2') };

let aws: LocalSecretsManager;
let client: SecretsManagerClient;
let tokens: Tokens;
let now = 0;

beforeEach(async () => {
  now = Date.parse('2026-08-01T10:00:00Z');
  aws = await startSecretsManager({ region, credentials, clock: () => now });
  client = secretsManagerClient({ endpoint: aws.url, region, credentials, timeoutMs: 500 });
  tokens = tokensOf();
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** What another function's process has. */
function tokensOf(): Tokens {
  return createTokens({ client, clock: { now: () => new Date(now) }, tags: { 'cost-centre': '7' } });
}
function operations(): readonly string[] {
  const made = aws.requests.map(({ operation }) => operation);
  aws.resetRequests();
  return made;
}
async function failureOf<Kind extends Error>(
  work: Promise<unknown>,
  kind: abstract new (...args: never[]) => Kind,
): Promise<Kind> {
  const error = await work.then(
    () => assert.fail('must fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof kind, inspect(error));
  assert.doesNotMatch(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }), /canary/);
  return error;
}
describe('keep and read', () => {
  it('creates a secret that says whose it is, and another process reads it', async () => {
    await tokens.keep(key, stored);
    assert.deepEqual(operations(), ['GetSecretValue', 'CreateSecret']);
    const [secret] = aws.secrets();
    assert.equal(secret?.name, name);
    assert.deepEqual(secret?.tags, {
      'managed-by': 'konnect-reconciler',
      'k8s-cluster': 'prod',
      'k8s-namespace': 'team-a',
      'k8s-name': 'konnect',
      'cost-centre': '7',
    });
    const read = await tokensOf().read(key);
    assert.equal(read?.token.reveal(), 'kpat_canary-1');
    assert.deepEqual({ ...read, token: undefined }, { ...stored, token: undefined });
  });

  it('writes nothing where token, server and organisation are as stored', async () => {
    await tokens.keep(key, stored);
    operations();
    await tokens.keep(key, { ...stored, checkedAt: '2027-01-01T00:00:00.000Z' });
    assert.deepEqual(operations(), ['GetSecretValue']);
  });

  for (const { what, next } of [
    { what: 'token', next: rotated },
    { what: 'server URL', next: { ...stored, serverURL: 'https://us.api.konghq.com' } },
    { what: 'organisation', next: { ...stored, organizationId: 'org-2' } },
  ]) {
    it(`writes a new version where the ${what} changed, and reads it at once`, async () => {
      await tokens.keep(key, stored);
      operations();
      await tokens.keep(key, next);
      assert.deepEqual(operations(), ['GetSecretValue', 'PutSecretValue']);
      const read = await tokens.read(key);
      assert.deepEqual(read, next);
      assert.ok(read?.token.equals(next.token));
    });
  }

  it('takes a secret back that waits for its deletion', async () => {
    await tokens.keep(key, stored);
    await tokens.forget(key);
    assert.equal(await tokensOf().read(key), undefined);
    operations();
    await tokens.keep(key, rotated);
    assert.deepEqual(operations(), ['GetSecretValue', 'DescribeSecret', 'RestoreSecret', 'PutSecretValue']);
    assert.equal((await tokensOf().read(key))?.token.reveal(), 'kpat_canary-2');
  });

  it('fills a secret that was left without a value, or with a wrong one', async () => {
    await client.send(new CreateSecretCommand({ Name: name }));
    await tokens.keep(key, stored);
    assert.equal((await tokensOf().read(key))?.token.reveal(), 'kpat_canary-1');
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'canary' }));
    await tokens.keep(key, stored);
    assert.equal((await tokensOf().read(key))?.token.reveal(), 'kpat_canary-1');
  });

  it('survives two processes that create at the same time', async () => {
    await Promise.all([tokens.keep(key, stored), tokensOf().keep(key, stored)]);
    assert.equal(aws.secrets().length, 1);
    assert.equal((await tokensOf().read(key))?.token.reveal(), 'kpat_canary-1');
  });

  it('reads nothing where nothing is, and sees it as soon as it is there', async () => {
    assert.equal(await tokens.read(key), undefined);
    await tokensOf().keep(key, stored);
    assert.equal((await tokens.read(key))?.token.reveal(), 'kpat_canary-1');
  });

  for (const value of ['canary', '{"token":"canary"}']) {
    it(`refuses a stored value of another form without quoting it: ${value}`, async () => {
      await client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
      const error = await failureOf(tokens.read(key), Terminal);
      assert.match(error.message, /delete the secret konnect-reconciler\/prod\/team-a\/konnect and replay/);
    });
  }

  it('refuses a binary secret', async () => {
    await client.send(new CreateSecretCommand({ Name: name, SecretBinary: Buffer.from('canary') }));
    await failureOf(tokens.read(key), Terminal);
  });

  it('refuses a key that could name something else', async () => {
    const wrong = { ...key, name: '../other/x' };
    for (const work of [tokens.read(wrong), tokens.keep(wrong, stored), tokens.forget(wrong)])
      await failureOf(work, Terminal);
    assert.deepEqual(operations(), []);
  });
});

describe('the cache', () => {
  it('holds a token for a minute, and one read serves all who ask at once', async () => {
    await tokensOf().keep(key, stored);
    operations();
    await Promise.all([tokens.read(key), tokens.read(key)]);
    now += 59_000;
    await tokens.read(key);
    assert.deepEqual(operations(), ['GetSecretValue']);
    await tokensOf().keep(key, rotated);
    now += 1000;
    assert.equal((await tokens.read(key))?.token.reveal(), 'kpat_canary-2');
  });

  it('lets a rotated token be seen at once where asked to', async () => {
    await tokensOf().keep(key, stored);
    await tokens.read(key);
    await tokensOf().keep(key, rotated);
    assert.equal((await tokens.read(key))?.token.reveal(), 'kpat_canary-1');
    tokens.refresh(key);
    assert.equal((await tokens.read(key))?.token.reveal(), 'kpat_canary-2');
  });
});

describe('forget', () => {
  it('schedules the deletion with a recovery window', async () => {
    await tokens.keep(key, stored);
    await tokens.forget(key);
    const deletion = aws.secrets()[0]?.deletion;
    assert.equal((deletion?.due ?? 0) - (deletion?.askedAt ?? 0), 7 * 86_400_000);
    assert.equal(await tokens.read(key), undefined);
  });

  it('is done where the secret is gone, or already to be deleted', async () => {
    await tokens.forget(key);
    await tokens.keep(key, stored);
    await tokens.forget(key);
    await tokens.forget(key);
    now += 8 * 86_400_000;
    await tokens.forget(key);
    assert.deepEqual(aws.secrets(), []);
  });
});

describe('failures of the store', () => {
  for (const fault of [
    { status: 400, code: 'ThrottlingException', message: 'quotes canary' },
    { status: 400, code: 'ValidationException', message: 'quotes canary' },
    { status: 400, code: 'AccessDeniedException', message: 'quotes canary' },
    { status: 500, code: 'InternalServiceError', message: 'quotes canary' },
    'reset',
    'hang',
  ] as const) {
    it(`are worth another try: ${inspect(fault)}`, async () => {
      aws.setFault(() => fault);
      const cause = typeof fault === 'string' ? '\\w+' : fault.code;
      const says = new RegExp(`^Secrets Manager failed to (read|delete) ${name} \\(${cause}\\)`);
      for (const work of [() => tokens.read(key), () => tokens.keep(key, stored), () => tokens.forget(key)]) {
        assert.match((await failureOf(work(), Retry)).message, says);
      }
      aws.setFault(undefined);
      await tokens.keep(key, stored);
      assert.ok((await tokens.read(key))?.token.equals(stored.token), 'a failure is not remembered');
    });
  }

  it('cost two tries at most', async () => {
    aws.setFault(() => ({ status: 500, code: 'InternalServiceError' }));
    await failureOf(tokens.read(key), Retry);
    assert.deepEqual(operations(), ['GetSecretValue', 'GetSecretValue']);
  });

  it('leave a lost write to be found by the next attempt', async () => {
    await tokens.keep(key, stored);
    aws.setFault(({ operation }) => (operation === 'PutSecretValue' ? 'reset-after' : undefined));
    await failureOf(tokens.keep(key, rotated), Retry);
    aws.setFault(undefined);
    assert.equal((await tokens.read(key))?.token.reveal(), 'kpat_canary-2', 'the cache does not hide what was written');
    operations();
    await tokens.keep(key, rotated);
    assert.deepEqual(operations(), ['GetSecretValue']);
  });
});

it('keeps the value in Secrets Manager only', async () => {
  await tokens.keep(key, stored);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  assert.match(SecretString ?? '', /kpat_canary-1/);
  assert.doesNotMatch(
    inspect([tokens, await tokens.read(key), aws.requests], { depth: 9, showHidden: true }),
    /canary/,
  );
});
