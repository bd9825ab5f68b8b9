import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';
import { type Admin, createAdmin } from './admin.ts';
import { forwarderUser, functionUser } from './deployment.ts';
import { type KubernetesOptions, type LocalKubernetes, startKubernetes } from './kubernetes/server.ts';

const manifests = join(import.meta.dirname, '..', 'cluster');

/** An API server with our CRDs, our rights, and a user for each function and for the forwarder. */
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
  const token = () => randomBytes(24).toString('hex');
  // Functions have their rights by the group of their name, the forwarder by its service account, as when deployed.
  const functions = [...lanes, ...tools].map((of) => ({ name: functionUser(of), groups: [functionUser(of)] }));
  const users = [...functions, { name: forwarderUser }].map((user) => ({ ...user, token: token() }));
  const kubernetes =
    options.kubeconfig === undefined ? await startKubernetes({ users, ...options.kubernetes }) : undefined;
  const kubeconfig = options.kubeconfig ?? kubernetes?.kubeconfig() ?? '';
  const admin = createAdmin(kubeconfig);
  try {
    for (const crd of options.crds ?? (await ownCrds())) await admin.apply(crd);
    for (const file of ['rbac.gen.yaml', 'bindings.gen.yaml']) {
      await admin.apply(await readFile(join(manifests, 'base', file), 'utf8'));
    }
  } catch (error) {
    await admin.close();
    await kubernetes?.stop();
    throw error;
  }
  return { kubernetes, kubeconfig, admin, kubeconfigOf: (user) => kubernetes?.kubeconfig(user) ?? kubeconfig };
}

/** The CRDs that we install, as YAML. */
export async function ownCrds(): Promise<readonly string[]> {
  const folder = join(manifests, 'crds');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.gen.yaml')).sort();
  return Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
}
