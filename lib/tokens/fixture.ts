import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalSecretsManager, startSecretsManager } from '../../infra/local/secrets-manager/server.ts';
import type { StoredToken, TokenKey, Tokens } from '../engine/ports.ts';
import { Sensitive } from '../sensitive.ts';
import { createTokens, secretsManagerClient } from './store.ts';

export const key: TokenKey = { cluster: 'prod', namespace: 'team-a', name: 'konnect' };
export const name = 'konnect-reconciler/prod/team-a/konnect';
export const stored: StoredToken = {
  token: new Sensitive('kpat_canary-1'),
  serverURL: 'https://eu.api.konghq.com',
  organizationId: 'org-1',
  checkedAt: '2026-08-01T10:00:00.000Z',
};
export const rotated: StoredToken = { ...stored, token: new Sensitive('kpat_canary-2') };

export interface Rig extends AsyncDisposable {
  readonly aws: LocalSecretsManager;
  readonly client: SecretsManagerClient;
  readonly tokens: Tokens;
  /** What another function's process has: the same secrets, a cache of its own. */
  other(options?: { readonly kmsKeyArn?: string }): Tokens;
  /** The operations called since it was last asked. */
  operations(): readonly string[];
  /** Moves the clock of the store and of Secrets Manager. */
  later(milliseconds: number): void;
}

/** A Secrets Manager in eu-west-1 and token stores on it. */
export async function startRig(): Promise<Rig> {
  let now = Date.parse('2026-08-01T10:00:00Z');
  const region = 'eu-west-1';
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
  const aws = await startSecretsManager({ region, credentials, clock: () => now });
  const client = secretsManagerClient({ endpoint: aws.url, region, credentials, timeoutMs: 500 });
  const other: Rig['other'] = (options = {}) =>
    createTokens({ ...options, client, clock: { now: () => new Date(now) }, tags: { 'cost-centre': '7' } });
  return {
    aws,
    client,
    tokens: other(),
    other,
    operations() {
      const made = aws.requests.map(({ operation }) => operation);
      aws.resetRequests();
      return made;
    },
    later(milliseconds) {
      now += milliseconds;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await aws.stop();
    },
  };
}

/** The error of the work, which must be of that class, after a look through all of it for the values above. */
export async function failureOf<Kind extends Error>(
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
