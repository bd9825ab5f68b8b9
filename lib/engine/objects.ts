/** The parts of a Kubernetes object that the engine reads. `spec`, `status` and `data` stay unknown until a schema checked them. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Absent on kinds that have no generation, such as Secret. */
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly { readonly subresource?: string; readonly time?: string }[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Where a kind is served; `group` is empty for the core group. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Names one object of a resource; `namespace` is absent for cluster-scoped ones. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

/** A condition of `metav1.Condition`. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

export const secretResource: Resource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};
export const configMapResource: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

/** The object's conditions, without what is none: a status may hold anything where another CRD let it in. */
export function conditionsOf(object: KubernetesObject): readonly Condition[] {
  const conditions = statusOf(object)['conditions'];
  return Array.isArray(conditions) ? conditions.flatMap((one: unknown) => toCondition(one) ?? []) : [];
}

function toCondition(value: unknown): Condition | undefined {
  if (!isRecord(value) || typeof value['type'] !== 'string' || !isConditionStatus(value['status'])) return undefined;
  const text = (field: string): string => (typeof value[field] === 'string' ? value[field] : '');
  const texts = { reason: text('reason'), message: text('message'), lastTransitionTime: text('lastTransitionTime') };
  return { ...value, ...texts, type: value['type'], status: value['status'] };
}

function isConditionStatus(value: unknown): value is Condition['status'] {
  return value === 'True' || value === 'False' || value === 'Unknown';
}

export function findCondition(object: KubernetesObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** True where the condition is True and was written for the object's present generation. */
export function holdsForGeneration(object: KubernetesObject, type: string): boolean {
  const condition = findCondition(object, type);
  return condition?.status === 'True' && condition.observedGeneration === object.metadata.generation;
}

export function statusOf(object: KubernetesObject): Readonly<Record<string, unknown>> {
  return isRecord(object.status) ? object.status : {};
}

/** A string of the status, or undefined where it is absent, empty or not a string. */
export function statusText(object: KubernetesObject, field: string): string | undefined {
  const value = statusOf(object)[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `namespace/name`, or the bare name of a cluster-scoped object: how messages name an object. */
export function display(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`;
}

export function keyOf(object: KubernetesObject): ObjectKey {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}
