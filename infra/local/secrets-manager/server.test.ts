import assert from 'node:assert/strict';
import { CreateSecretCommand, GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { describe, it } from 'vitest';
import { clientFor, credentials, start } from './fixture.ts';
import { startSecretsManager } from './server.ts';

describe('signatures', () => {
  const command = () => new ListSecretsCommand({});

  it('refuses a wrong key, a wrong key id, another region and a session token nobody gave out', async () => {
    await using local = await start();
    const { url } = local.server;
    const cases = [
      [{ credentials: { ...credentials, secretAccessKey: 'other' } }, 'InvalidSignatureException'],
      [{ credentials: { ...credentials, accessKeyId: 'OTHER' } }, 'UnrecognizedClientException'],
      [{ credentials: { ...credentials, sessionToken: 'made-up' } }, 'UnrecognizedClientException'],
      [{ region: 'eu-west-1' }, 'InvalidSignatureException'],
      [{ systemClockOffset: -6 * 60 * 1000 }, 'InvalidSignatureException'],
    ] as const;
    for (const [over, name] of cases) {
      const client = clientFor(url, over);
      await assert.rejects(client.send(command()), { name });
      client.destroy();
    }
  });

  it('refuses an unsigned request and a body changed on the way', async () => {
    await using local = await start();
    const target = { 'x-amz-target': 'secretsmanager.ListSecrets', 'content-type': 'application/x-amz-json-1.1' };
    const unsigned = await fetch(local.server.url, { method: 'POST', headers: target, body: '{}' });
    assert.equal(unsigned.status, 400);
    assert.equal(unsigned.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
    local.client.middlewareStack.add(
      (next) => async (args) => {
        if (typeof args.request === 'object' && args.request !== null && 'body' in args.request) {
          args.request.body = '[]'; // as long as the '{}' that was signed
        }
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
    );
    await assert.rejects(local.client.send(command()), { name: 'InvalidSignatureException' });
  });

  it('accepts any key pair when none is configured', async () => {
    await using server = await startSecretsManager();
    const client = clientFor(server.url);
    assert.deepEqual((await client.send(command())).SecretList, []);
    client.destroy();
  });
});

describe('watching and disturbing', () => {
  it('notes calls without their values', async () => {
    await using local = await start();
    await local.client.send(new CreateSecretCommand({ Name: 'n', SecretString: 'hush-hush' }));
    await local.client.send(new GetSecretValueCommand({ SecretId: 'gone' })).catch(() => undefined);
    const seen = local.server.requests.map(({ at: _at, ...rest }) => rest);
    const accessKeyId = credentials.accessKeyId;
    assert.deepEqual(seen, [
      { operation: 'CreateSecret', secretId: 'n', accessKeyId, status: 200 },
      { operation: 'GetSecretValue', secretId: 'gone', accessKeyId, status: 400 },
    ]);
    assert.ok(!JSON.stringify(local.server.requests).includes('hush'));
    local.server.resetRequests();
    assert.equal(local.server.requests.length, 0);
  });

  it('throttles, cuts before and cuts after', async () => {
    await using local = await start();
    const { client, server } = local;
    const create = (Name: string) => client.send(new CreateSecretCommand({ Name, SecretString: 'v' }));
    server.setFault(({ operation }) =>
      operation === 'CreateSecret' ? { status: 400, code: 'ThrottlingException' } : undefined,
    );
    await assert.rejects(create('throttled'), { name: 'ThrottlingException', message: 'Rate exceeded' });
    server.setFault(() => 'reset');
    await assert.rejects(create('before'));
    server.setFault(() => 'reset-after');
    await assert.rejects(create('after'));
    server.setFault(() => 'hang-after');
    const abort = new AbortController();
    const hanging = client.send(new CreateSecretCommand({ Name: 'unheard', SecretString: 'v' }), {
      abortSignal: abort.signal,
    });
    await until(() => server.secrets().length === 2);
    abort.abort();
    await assert.rejects(hanging, { name: 'AbortError' });
    assert.deepEqual(
      server.secrets().map(({ name }) => name),
      ['after', 'unheard'],
    );
  });

  it('hangs until the client gives up, and stops although a request hangs', async () => {
    const local = await start();
    local.server.setFault(() => 'hang');
    const abort = new AbortController();
    const hanging = local.client.send(new ListSecretsCommand({}), { abortSignal: abort.signal });
    const second = local.client.send(new ListSecretsCommand({}));
    const failed = assert.rejects(second);
    await until(() => local.server.requests.length === 2);
    abort.abort();
    await assert.rejects(hanging, { name: 'AbortError' });
    await local.server.stop();
    await failed;
  });

  it('starts again from its state', async () => {
    await using first = await start();
    await first.client.send(new CreateSecretCommand({ Name: 'kept', SecretString: 'v' }));
    const state = JSON.parse(JSON.stringify(first.server.state()));
    await using second = await start({ state });
    assert.equal((await second.client.send(new GetSecretValueCommand({ SecretId: 'kept' }))).SecretString, 'v');
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
