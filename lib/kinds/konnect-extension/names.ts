import { createHash } from 'node:crypto';
import { domain, projectName } from '../../engine/names.ts';
import type { KubernetesObject, OwnerReference } from '../../engine/objects.ts';

/**
 * Name of the Secret and of the ConfigMap that an extension owns: `konnect-extension-<name>`, so that a Deployment can
 * name them before they exist. A longer name than Kubernetes allows ends in a hash instead.
 */
export function ownedName({ metadata }: KubernetesObject): string {
  const name = `konnect-extension-${metadata.name}`;
  if (name.length <= 253) return name;
  const start = name.slice(0, 240).replace(/[^a-z0-9]+$/, '');
  return `${start}-${createHash('sha256').update(metadata.name).digest('hex').slice(0, 12)}`;
}

/** Labels of Kong's operator, so that tools which know its Secrets know ours. */
export const secretLabels: Readonly<Record<string, string>> = {
  'gateway-operator.konghq.com/managed-by': 'konnect-extension',
  'gateway.konghq.com/secret-provisioning': 'automatic',
  'konghq.com/konnect-dp-cert': 'true',
};

export const managedByLabel = 'app.kubernetes.io/managed-by';
export const configMapLabels: Readonly<Record<string, string>> = {
  [managedByLabel]: projectName,
  'gateway-operator.konghq.com/managed-by': 'konnect-extension',
};

/** On the extension: the control plane that certificates were uploaded to, until they are seen to be gone from there. */
export const controlPlaneAnnotation = `${domain}/control-plane-id`;

/** On the ConfigMap: what Konnect was last seen to have, as the JSON of `Record`. */
export const recordAnnotation = `${domain}/certificates`;

export function ownerReference({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

export function isOwnedBy(owned: KubernetesObject, owner: KubernetesObject): boolean {
  return owned.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** Title of our entries among a control plane's certificates: the only place where Konnect keeps whose they are. */
export function certificateTitle(cluster: string, { metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name} k8s-uid:${metadata.uid} k8s-cluster:${cluster} managed-by:${projectName}`;
}

/** True for any title of ours with this uid, however the rest of it reads. */
export function titleNames(title: unknown, uid: string): boolean {
  return typeof title === 'string' && title.split(' ').includes(`k8s-uid:${uid}`);
}

/** The uid that a title names. */
export function titleOwner(title: unknown): string | undefined {
  const mark = 'k8s-uid:';
  if (typeof title !== 'string') return undefined;
  return title
    .split(' ')
    .find((part) => part.startsWith(mark))
    ?.slice(mark.length);
}
