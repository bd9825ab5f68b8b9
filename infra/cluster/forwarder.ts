import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '../../lib/cluster/access.ts';
import { createStoredCredentials } from '../../lib/cluster/credentials.ts';
import { createServiceAccountCredentials } from '../../lib/cluster/service-account.ts';
import { createTransport } from '../../lib/cluster/transport.ts';
import { createWatch } from '../../lib/cluster/watch.ts';
import type { Clock } from '../../lib/engine/ports.ts';
import { createEventSender } from '../../lib/events/queues.ts';
import { createSqsClient } from '../../lib/events/sqs-client.ts';
import { type ForwarderConfig, readForwarderConfig } from '../../lib/forward/config.ts';
import { createEndpoints } from '../../lib/forward/endpoints.ts';
import { createForwarder } from '../../lib/forward/forwarder.ts';
import { createJsonLog } from '../../lib/forward/log.ts';
import { createMetrics } from '../../lib/forward/metrics.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { Sensitive } from '../../lib/sensitive.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);
const clock: Clock = { now: () => new Date() };

async function main(config: ForwarderConfig): Promise<void> {
  const { cluster, queueUrls, namespaces, logLevel: level } = config;
  const log = createJsonLog({ level, write, fields: { cluster } });
  const metrics = createMetrics();
  const sqs = createSqsClient();
  const credentials = credentialsOf(config.access, sqs);
  // What can not work at all ends the process here; what fails later is tried again.
  await credentials.access();
  const transport = createTransport({
    cluster,
    credentials,
    timeoutMs: 30_000,
    userAgent: 'konnect-reconciler-forwarder',
  });
  const lanes = new Map(kinds.map(({ resource, lane }) => [resource.kind, lane]));
  const forwarder = createForwarder({
    kinds,
    cluster,
    ...(namespaces === undefined ? {} : { namespaces }),
    watch: createWatch(transport),
    sender: createEventSender({ client: sqs, queueUrls, laneOf: (kind) => lanes.get(kind) }),
    clock,
    log,
    metrics,
  });
  const stopping = new AbortController();
  const server = createEndpoints({
    ready: () => !stopping.signal.aborted && forwarder.ready(),
    metrics() {
      forwarder.report();
      return metrics.text();
    },
  });
  server.listen(config.httpPort);
  await once(server, 'listening');
  log.info('forwarder started', { port: (server.address() as AddressInfo).port, namespaces, kinds: kinds.length });
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      log.info('forwarder stops', { signal: name });
      stopping.abort();
    });
  }
  await forwarder.run(stopping.signal);
  const left = await forwarder.drain(config.drainSeconds * 1000);
  // Not a loss: the lists of the next start show what is not done, refers to what is gone, or lives in another control
  // plane than that; drift checks are the net under it.
  if (left > 0) log.warn('events were not sent before the end; the next lists find their objects', { events: left });
  log.info('forwarder stopped', { events: left });
}

function credentialsOf(access: ForwarderConfig['access'], sqs: SQSClient): Credentials {
  if (access.is === 'service-account') return createServiceAccountCredentials(access);
  const { path } = access;
  return createStoredCredentials({
    load: async () => new Sensitive(await readFile(path, 'utf8')),
    directory: dirname(path),
    clock,
    async aws() {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = await sqs.config.credentials();
      return {
        accessKeyId,
        secretAccessKey: new Sensitive(secretAccessKey),
        ...(sessionToken === undefined ? {} : { sessionToken: new Sensitive(sessionToken) }),
        ...(expiration === undefined ? {} : { expiration }),
      };
    },
  });
}

// Nothing is cleaned up here: whatever state the process is in is not to be trusted, and the next start lists everything.
function fail(error: unknown): never {
  createJsonLog({ level: 'ERROR', write }).error('forwarder failed', { error });
  process.exit(1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
main(readForwarderConfig(process.env)).then(() => process.exit(0), fail);
