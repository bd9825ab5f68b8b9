import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { awsHttp } from '../aws-http.ts';
import { Terminal } from '../engine/errors.ts';
import { projectName } from '../engine/names.ts';
import type { Clock, StoredToken, TokenKey, Tokens } from '../engine/ports.ts';
import { createCache } from './cache.ts';
import { storeFailure } from './failures.ts';
import { revealSecret } from './reveal.ts';
import { deserialise, secretName, serialise } from './stored-token.ts';
import { type Found, look, remove, write } from './vault.ts';

export interface TokensOptions {
  readonly client: SecretsManagerClient;
  /** Secrets are named `<prefix>/<cluster>/<namespace>/<name>`. */
  readonly prefix?: string;
  /** What new secrets are encrypted with; the key of Secrets Manager unless given. A secret keeps the key it was made with. */
  readonly kmsKeyArn?: string | undefined;
  /** 7 to 30: how long a forgotten token can be restored. */
  readonly recoveryWindowDays?: number;
  /** How long a read is believed. A rotation is seen after this at the latest. */
  readonly cacheSeconds?: number;
  readonly clock: Clock;
  /** Put on every new secret beside our own tags. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SecretsManagerOptions {
  /** Another endpoint than AWS's own, for a local one. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: NonNullable<SecretsManagerClientConfig['credentials']>;
  /** For one request; the connection has to be made in the first third of it. */
  readonly timeoutMs?: number;
}

/**
 * A client that gives up while its function still has time to say so: two tries of at most three seconds each. What is
 * beyond that is the queue's to try again.
 */
export function secretsManagerClient(options: SecretsManagerOptions = {}): SecretsManagerClient {
  const { timeoutMs = 3000, ...config } = options;
  return new SecretsManagerClient({
    ...config,
    maxAttempts: 2,
    requestHandler: awsHttp({ connectMs: Math.ceil(timeoutMs / 3), answerMs: timeoutMs }),
  });
}

/**
 * The token store in AWS Secrets Manager; what its methods promise is told at the port `Tokens`. A name that no secret can
 * have and a value that is not ours are `Terminal`s. No error holds a value, or a message of the SDK.
 */
export function createTokens(options: TokensOptions): Tokens {
  const {
    client,
    prefix = projectName,
    kmsKeyArn,
    recoveryWindowDays = 7,
    cacheSeconds = 60,
    clock,
    tags = {},
  } = options;
  const cache = createCache<StoredToken>(cacheSeconds, clock);

  return {
    async read(key) {
      const name = secretName(prefix, key);
      return cache.get(name, async () => storedIn(await inStore('read', name, () => look(client, name)), name, key));
    },
    refresh: (key) => cache.forget(secretName(prefix, key)),
    async keep(key, stored) {
      const name = secretName(prefix, key);
      const found = await inStore('read', name, () => look(client, name));
      if (!holds(found, stored)) {
        // What is cached is wrong from the moment of the write, even where its answer is lost.
        cache.forget(name);
        const secret = { name, value: serialise(stored), tags: { ...tags, ...ownTags(key) }, kmsKeyArn };
        await inStore('write', name, () => write(client, secret, found.is));
      }
      cache.set(name, stored);
    },
    async forget(key) {
      const name = secretName(prefix, key);
      cache.forget(name);
      await inStore('delete', name, () => remove(client, name, recoveryWindowDays));
    },
    reveal: (arn, reader) => revealSecret(client, arn, { ...reader, ownPrefix: prefix }),
  };
}

function storedIn(found: Found, name: string, key: TokenKey): StoredToken | undefined {
  if (found.is !== 'there') return undefined;
  const stored = deserialise(found.value);
  if (stored !== undefined) return stored;
  throw new Terminal(
    `the stored token of ${key.namespace}/${key.name} is not of the form that the reconciler writes: ` +
      `delete the secret ${name} and replay the auth configuration`,
  );
}

function holds(found: Found, { token, serverURL, organizationId }: StoredToken): boolean {
  const stored = found.is === 'there' ? deserialise(found.value) : undefined;
  return token.equals(stored?.token) && stored?.serverURL === serverURL && stored.organizationId === organizationId;
}

function ownTags({ cluster, namespace, name }: TokenKey): Readonly<Record<string, string>> {
  return { 'managed-by': projectName, 'k8s-cluster': cluster, 'k8s-namespace': namespace, 'k8s-name': name };
}

async function inStore<Result>(operation: string, name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(error, operation, name);
  }
}
