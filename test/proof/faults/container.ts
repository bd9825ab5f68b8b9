import { createCluster } from '../../../lib/cluster/client.ts';
import { createStoredCredentials } from '../../../lib/cluster/credentials.ts';
import { loadAccess } from '../../../lib/clusters.ts';
import { reconcile } from '../../../lib/engine/reconcile.ts';
import { createReferences } from '../../../lib/engine/references.ts';
import type { Environment } from '../../../lib/engine/run.ts';
import type { Verdict } from '../../../lib/engine/verdict.ts';
import { handleBatch } from '../../../lib/events/batch.ts';
import { createDeadLetters } from '../../../lib/events/dead-letters.ts';
import { createDelay } from '../../../lib/events/delay.ts';
import type { ObjectEventData } from '../../../lib/events/event.ts';
import { createFirstErrors } from '../../../lib/events/first-errors.ts';
import { createEventSender } from '../../../lib/events/queues.ts';
import type { QueueRecord } from '../../../lib/events/record.ts';
import { createSqsClient } from '../../../lib/events/sqs-client.ts';
import { createWakeUps } from '../../../lib/events/wake-ups.ts';
import type { Lane } from '../../../lib/kinds/define.ts';
import { createKonnect } from '../../../lib/konnect/client.ts';
import { laneOf } from '../../../lib/registry.ts';
import { createTokens, secretsManagerClient } from '../../../lib/tokens/store.ts';
import { awsKeys } from '../../world/functions.ts';
import type { World } from '../../world.ts';
import type { Mail } from './mail.ts';

/** The secret that holds the kubeconfig of a world's functions. */
export const accessSecret = 'clusters/test';

const region = 'us-east-1';

/** What a container tells of each event. */
export type Judged = (event: ObjectEventData, verdict: Verdict) => void;

/** One container of the functions: what it has in memory, and what it does with a batch. */
export interface Container extends AsyncDisposable {
  /** @returns the ids of the messages that must come back. */
  handle(lane: Lane, records: readonly QueueRecord[]): Promise<readonly string[]>;
}

/** Starts a container that knows nothing yet. It is made of the same parts as a deployed one, with another timeout. */
export function startContainer(world: World, mail: Mail, timeoutMs: number, judged: Judged): Container {
  const { clock, log } = world.environment;
  const client = secretsManagerClient({ endpoint: world.secrets.url, region, credentials: awsKeys, timeoutMs });
  const sqs = createSqsClient({ endpoint: mail.queues.endpoint, region, credentials: awsKeys, timeoutMs });
  const environment = environmentOf(
    world,
    client,
    createEventSender({ client: sqs, queueUrls: mail.queueUrls, laneOf }),
    timeoutMs,
  );
  const credentials = createStoredCredentials({
    load: () => loadAccess(client, accessSecret, 'test'),
    aws: () => Promise.reject(new Error('a kubeconfig needs no AWS keys')),
    clock,
  });
  const connection = createCluster({ name: 'test', credentials, timeoutMs });
  const cluster = world.noting(connection);
  const firstErrors = createFirstErrors();
  return {
    handle(lane, records) {
      const shared = { ...environment, references: createReferences() };
      return handleBatch(records, {
        firstErrors,
        functionName: 'test',
        clock,
        log,
        random: () => 0.5,
        remaining: () => Number.POSITIVE_INFINITY,
        delay: createDelay(sqs, mail.queueUrls[lane]),
        deadLetters: createDeadLetters(sqs, mail.deadLetterUrls[lane]),
        async reconcile(event) {
          const verdict = await reconcile(shared, cluster, event);
          judged(event, verdict);
          return verdict;
        },
      });
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      sqs.destroy();
      await connection.close();
      await environment.konnect.close();
    },
  };
}

function environmentOf(
  world: World,
  client: ReturnType<typeof secretsManagerClient>,
  sender: ReturnType<typeof createEventSender>,
  timeoutMs: number,
): Environment & { readonly konnect: ReturnType<typeof createKonnect> } {
  const { registry, clock, log, allowedHosts } = world.environment;
  const endpointURL = world.konnect.url;
  return {
    registry,
    konnect: createKonnect({ allowedHosts, clock, log, userAgent: 'test', endpointURL, timeoutMs }),
    tokens: createTokens({ client, prefix: 'test', clock }),
    clock,
    log,
    allowedHosts,
    wake: createWakeUps({ sender, clock, log }),
  };
}
