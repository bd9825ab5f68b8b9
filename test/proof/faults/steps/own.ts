import { isRecord, type KubernetesObject, type Resource } from '../../../../lib/engine/objects.ts';
import type { Kind } from '../../../../lib/kinds/define.ts';
import type { World } from '../../../world.ts';
import type { Setting } from './step.ts';

/** One of the kind's own objects. */
export interface Own {
  readonly kind: Kind;
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

/** Reads the kind's own objects as they are now, with those that were made for them. */
export function ownResources({ world, own }: Setting): () => Promise<readonly Own[]> {
  const wanted = documentsOf(own);
  return async () =>
    (await world.objects())
      .filter(({ object }) => wanted.some((one) => one.kind === object.kind && isNamed(world, one, object)))
      .map(({ kind, object }) => ({ kind, resource: kind.resource, object }));
}

export function documentsOf(yaml: string): readonly KubernetesObject[] {
  return yaml.split('\n---\n').map((text) => JSON.parse(text) as KubernetesObject);
}

/** What the first of the kind's own objects asks for. */
export function firstSpec({ own, kind }: Setting): Readonly<Record<string, unknown>> {
  const first = documentsOf(own).find((object) => object.kind === kind.resource.kind);
  return isRecord(first?.spec) ? first.spec : {};
}

function isNamed({ namespace }: World, wanted: KubernetesObject, { metadata }: KubernetesObject): boolean {
  return [wanted.metadata.name, `${wanted.metadata.name}-${namespace}`].includes(metadata.name);
}
