import type { KubernetesObject, ObjectKey } from '../../engine/objects.ts';
import { listedIn } from '../../engine/tags.ts';
import type { Informed } from '../define.ts';

/** Names, separated by commas, of the plugins that look at the requests of the object. */
export const pluginsAnnotation = 'konghq.com/plugins';

/** The plugins of its own namespace that an object names in its annotation. */
export function annotatedPlugins({ metadata }: KubernetesObject): readonly ObjectKey[] {
  return [...new Set(listedIn(metadata.annotations?.[pluginsAnnotation]))].map((name) => ({ name }));
}

/** For kinds that carry the annotation: the plugin makes the binding, so it must learn of the object. */
export const informsPlugins: Informed = { kind: 'KongPlugin', targets: annotatedPlugins };
