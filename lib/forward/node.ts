import type { KubernetesObject, ObjectKey, Resource } from '../engine/objects.ts';

/** Names one object of one cluster as a map key; the version is left out, since one object is served in several. */
export type Node = string & { readonly node: unique symbol };

export function nodeOf({ group, kind, namespaced }: Resource, { namespace, name }: ObjectKey): Node {
  return `${group}/${kind}/${namespaced ? (namespace ?? '') : ''}/${name}` as Node;
}

export function isOf({ group, kind }: Resource, node: Node): boolean {
  return node.startsWith(`${group}/${kind}/`);
}

/** The key by which `nodeOf` made the node. */
export function keyIn(node: Node): ObjectKey {
  const [, , namespace, ...name] = node.split('/');
  return { ...(namespace === undefined || namespace === '' ? {} : { namespace }), name: name.join('/') };
}

/** A key that an object names, which means the object's own namespace where it says none. */
export function within(object: KubernetesObject, key: ObjectKey): ObjectKey {
  const { namespace } = object.metadata;
  return key.namespace !== undefined || namespace === undefined ? key : { namespace, name: key.name };
}
