import type { KubernetesObject } from '../engine/objects.ts';
import type { Kind } from './define.ts';

/** An object with its kind, which says what it refers to. */
export interface Known {
  readonly kind: Kind;
  readonly object: KubernetesObject;
}
