import { ClusterError } from '../engine/errors.ts';
import type { ObjectKey, Resource } from '../engine/objects.ts';
import { Sensitive } from '../sensitive.ts';
import type { Credentials } from './access.ts';
import { type ClusterCall, createCluster } from './client.ts';
import { createStoredCredentials } from './credentials.ts';

/** The resource of CRDs. */
export const crds: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

export const key = (name: string): ObjectKey & { readonly namespace: string } => ({ namespace: 'default', name });

/** What a kubeconfig gives, which is loaded anew when it was refused. */
export function credentialsBy(load: () => string): Credentials {
  return createStoredCredentials({
    load: async () => new Sensitive(load()),
    aws: () => Promise.reject(new Error('no AWS here')),
    clock: { now: () => new Date() },
  });
}

/** The cluster `prod`, reached by a kubeconfig. */
export function clusterOf(load: () => string, onCall: (call: ClusterCall) => void = () => undefined) {
  return createCluster({ name: 'prod', credentials: credentialsBy(load), timeoutMs: 10_000, onCall });
}

/** The error that a call ends with. */
export async function failure(work: Promise<unknown>): Promise<ClusterError> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ClusterError)) throw error;
  return error;
}
