import { objectOf, textsOf } from '../../json.ts';
import { type KubernetesObject, withMeta } from '../../object.ts';
import type { Oddities } from '../built-in-rules.ts';

// The label lets network policies and the like select a namespace by its name.
function labelled(object: KubernetesObject): KubernetesObject {
  const { name } = object.metadata;
  if (name === undefined) return object;
  return withMeta(object, { labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': name } });
}

function create(object: KubernetesObject): KubernetesObject {
  const finalizers = [...new Set([...textsOf(objectOf(object['spec'])['finalizers']), 'kubernetes'])];
  return { ...labelled(object), spec: { finalizers }, status: { phase: 'Active' } };
}

// spec holds the namespace's finalizers, which only its finalize subresource may change.
function update(object: KubernetesObject, old: KubernetesObject): KubernetesObject {
  return { ...labelled(object), spec: old['spec'] };
}

/** Namespaces. */
export const namespace: Oddities = { status: true, create, update, selectable: ['status.phase'] };
