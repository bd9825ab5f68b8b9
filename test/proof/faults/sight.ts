import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import {
  configMapResource,
  type KubernetesObject,
  type Resource,
  secretResource,
} from '../../../lib/engine/objects.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';

/** What is in one namespace at a moment. */
export interface Sight {
  readonly objects: readonly { readonly kind: Kind; readonly object: KubernetesObject }[];
  readonly secrets: readonly KubernetesObject[];
  readonly configMaps: readonly KubernetesObject[];
}

/** Looks behind the API, once the cluster's own controllers have done their part: lists would take most of the time. */
export async function sightOf(kubernetes: LocalKubernetes, namespace: string): Promise<Sight> {
  let { store } = kubernetes.state();
  for (let revision = -1; revision !== store.revision; ) {
    revision = store.revision;
    // A controller that is woken by another one does its part a turn later.
    for (let turn = 0; turn < 4; turn += 1) await nextTurn();
    ({ store } = kubernetes.state());
  }
  const inNamespace = ({ group, plural }: Resource): readonly KubernetesObject[] =>
    (store.collections[group === '' ? plural : `${plural}.${group}`] ?? [])
      .map(({ object }) => object as KubernetesObject)
      .filter(({ metadata }) => metadata.namespace === namespace || metadata.name.endsWith(`-${namespace}`));
  return {
    objects: kinds.flatMap((kind) => inNamespace(kind.resource).map((object) => ({ kind, object }))),
    secrets: inNamespace(secretResource),
    configMaps: inNamespace(configMapResource),
  };
}
