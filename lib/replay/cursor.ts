import type { ObjectKey } from '../engine/objects.ts';

/** A place in the order of a replay: the object after which it goes on, or a kind from whose first object on it does. */
export interface Cursor {
  readonly cluster: string;
  readonly kind: string;
  readonly object?: ObjectKey;
}

/** `<cluster>/<kind>`, and `/<namespace or ->/<name>` behind it. No part can hold a slash. */
export function cursorText({ cluster, kind, object }: Cursor): string {
  const names = object === undefined ? [] : [object.namespace ?? '-', object.name];
  return [cluster, kind, ...names].join('/');
}

/** Undefined for a text that is no cursor. */
export function parseCursor(text: string): Cursor | undefined {
  const [cluster, kind, namespace, name, ...rest] = text.split('/');
  if (!cluster || !kind || rest.length > 0) return undefined;
  if (namespace === undefined) return { cluster, kind };
  if (!namespace || !name) return undefined;
  return { cluster, kind, object: namespace === '-' ? { name } : { namespace, name } };
}

/** The order of a kind's objects: by namespace, then by name. Negative where `a` comes first. */
export function compareKeys(a: ObjectKey, b: ObjectKey): number {
  return compareTexts(a.namespace ?? '', b.namespace ?? '') || compareTexts(a.name, b.name);
}

// By code units: what a locale says differs from machine to machine, and the next invocation may run on another.
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
