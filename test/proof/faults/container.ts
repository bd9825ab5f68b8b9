import { createCluster } from '../../../lib/cluster/client.ts';
import { createStoredCredentials } from '../../../lib/cluster/credentials.ts';
import { loadAccess } from '../../../lib/clusters.ts';
import { reconcile } from '../../../lib/engine/reconcile.ts';
import { createReferences } from '../../../lib/engine/references.ts';
import type { Environment } from '../../../lib/engine/run.ts';
import type { Verdict } from '../../../lib/engine/verdict.ts';
import { handleBatch } from '../../../lib/events/batch.ts';
import type { ObjectEventData } from '../../../lib/events/event.ts';
import { createFirstErrors } from '../../../lib/events/first-errors.ts';
import type { QueueRecord } from '../../../lib/events/record.ts';
import { createKonnect } from '../../../lib/konnect/client.ts';
import { createTokens, secretsManagerClient } from '../../../lib/tokens/store.ts';
import { awsKeys, type World } from '../../world.ts';

/** The secret that holds the kubeconfig of a world's functions. */
export const accessSecret = 'clusters/test';

/** Long for an answer on this machine, and short for a call that never gets one. */
const timeoutMs = 300;

/** What a container tells. */
export interface Told {
  woke(events: readonly ObjectEventData[]): void;
  judged(event: ObjectEventData, verdict: Verdict): void;
  gaveUp(record: QueueRecord, reason: string): void;
  delayed(seconds: number): void;
}

/** One container of a function: what it has in memory, and what it does with a batch. */
export interface Container extends AsyncDisposable {
  /** @returns the ids of the messages that must come back. */
  handle(records: readonly QueueRecord[]): Promise<readonly string[]>;
}

/** Starts a container that knows nothing yet. It is made of the same parts as a deployed one, with shorter timeouts. */
export function startContainer(world: World, told: Told): Container {
  const { registry, clock, log, allowedHosts } = world.environment;
  const client = secretsManagerClient({
    endpoint: world.secrets.url,
    region: 'us-east-1',
    credentials: awsKeys,
    timeoutMs,
  });
  const konnect = createKonnect({
    allowedHosts,
    clock,
    log,
    userAgent: 'test',
    endpointURL: world.konnect.url,
    timeoutMs,
  });
  const environment: Environment = {
    registry,
    konnect,
    tokens: createTokens({ client, prefix: 'test', clock }),
    clock,
    log,
    allowedHosts,
    wake: async (events) => told.woke(events),
  };
  const credentials = createStoredCredentials({
    load: () => loadAccess(client, accessSecret, 'test'),
    aws: () => Promise.reject(new Error('a kubeconfig needs no AWS keys')),
    clock,
  });
  const connection = createCluster({ name: 'test', credentials, timeoutMs });
  const cluster = world.noting(connection);
  const firstErrors = createFirstErrors();
  return {
    handle(records) {
      const shared = { ...environment, references: createReferences() };
      return handleBatch(records, {
        firstErrors,
        functionName: 'test',
        clock,
        log,
        random: () => 0.5,
        remaining: () => Number.POSITIVE_INFINITY,
        delay: async (_, seconds) => told.delayed(seconds),
        deadLetters: { keep: async (record, { reason }) => told.gaveUp(record, reason) },
        async reconcile(event) {
          const verdict = await reconcile(shared, cluster, event);
          told.judged(event, verdict);
          return verdict;
        },
      });
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await connection.close();
      await konnect.close();
    },
  };
}
