import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';
import { type Admin, createAdmin } from './admin.ts';
import { forwarderUser, functionUser } from './deployment.ts';
import { type KubernetesOptions, type LocalKubernetes, startKubernetes } from './kubernetes/server.ts';

const manifests = join(import.meta.dirname, '..', 'cluster');

/** An API server with our CRDs, our roles, and a user for each function and for the forwarder. */
export interface EquippedCluster {
  /** Absent where an API server that runs already is used. */
  readonly kubernetes: LocalKubernetes | undefined;
  /** Of the administrator. */
  readonly kubeconfig: string;
  readonly admin: Admin;
  /** Of one of our users; at an API server that runs already all are its administrator. */
  kubeconfigOf(user: string): string;
}

/** Starts an embedded API server, unless a kubeconfig leads to another, and installs what we need there. */
export async function startCluster(options: {
  readonly kubernetes?: KubernetesOptions;
  readonly kubeconfig?: string;
  readonly crds?: readonly string[];
}): Promise<EquippedCluster> {
  const users = [...[...lanes, ...tools].map(functionUser), forwarderUser].map((name) => ({
    name,
    token: randomBytes(24).toString('hex'),
  }));
  const kubernetes =
    options.kubeconfig === undefined ? await startKubernetes({ users, ...options.kubernetes }) : undefined;
  const kubeconfig = options.kubeconfig ?? kubernetes?.kubeconfig() ?? '';
  const admin = createAdmin(kubeconfig);
  try {
    for (const crd of options.crds ?? (await ownCrds())) await admin.apply(crd);
    await admin.apply(await readFile(join(manifests, 'rbac.gen.yaml'), 'utf8'));
    for (const { name } of users) await admin.apply(binding(name));
  } catch (error) {
    await admin.close();
    await kubernetes?.stop();
    throw error;
  }
  return { kubernetes, kubeconfig, admin, kubeconfigOf: (user) => kubernetes?.kubeconfig(user) ?? kubeconfig };
}

async function ownCrds(): Promise<readonly string[]> {
  const folder = join(manifests, 'crds');
  return Promise.all((await readdir(folder)).sort().map((file) => readFile(join(folder, file), 'utf8')));
}

/** Gives a user the ClusterRole of the same name. */
function binding(user: string): string {
  return JSON.stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
}
