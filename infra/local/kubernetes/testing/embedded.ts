import type { JsonObject } from '../json.ts';
import { type KubernetesOptions, type LocalKubernetes, startKubernetes } from '../server.ts';
import { type ApiClient, createApiClient } from './client.ts';

/** Where the config maps of the namespace `default` are. */
export const configMaps = '/api/v1/namespaces/default/configmaps';

/** The embedded server, with a client. */
export interface Started extends AsyncDisposable {
  readonly server: LocalKubernetes;
  readonly api: ApiClient;
}

export async function start(options: KubernetesOptions = {}): Promise<Started> {
  const server = await startKubernetes(options);
  const api = createApiClient(server.kubeconfig());
  return {
    server,
    api,
    async [Symbol.asyncDispose]() {
      api.close();
      await server.stop();
    },
  };
}

export function configMap(name: string, data: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}
