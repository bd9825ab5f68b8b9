import type { JsonObject } from './json.ts';

/** An owner in metadata.ownerReferences. */
export interface OwnerReference extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Object metadata as the API shows it; timestamps are RFC 3339 in whole seconds, UTC. */
export interface ObjectMeta extends JsonObject {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** A Kubernetes object after its metadata was checked. */
export interface KubernetesObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** The object with other metadata. */
export function withMeta(object: KubernetesObject, changes: ObjectMeta): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...changes } };
}

/** The object without some metadata fields. */
export function withoutMeta(object: KubernetesObject, ...fields: readonly (keyof ObjectMeta)[]): KubernetesObject {
  const entries = Object.entries(object.metadata).filter(([key]) => !fields.includes(key));
  return { ...object, metadata: Object.fromEntries(entries) };
}

/** The key of an object inside its collection: namespace/name, or /name for cluster scope. */
export function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

/** RFC 3339 in whole seconds, as the API writes times. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
