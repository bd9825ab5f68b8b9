import type { KubernetesObject } from './objects.ts';

/** Konnect takes this many tags on one entity, of this many characters each. */
const maxTags = 30;
const maxLength = 128;

/** Annotation of Kong's operator with further tags, separated by commas. */
const tagsAnnotation = 'konghq.com/tags';

export interface Tags {
  /** Those that name the owner. */
  readonly own: readonly string[];
  /** Those of the user that are sent. */
  readonly users: readonly string[];
  /** Tags of the user that Konnect has no room for, or would refuse. */
  readonly dropped: readonly string[];
}

/**
 * The tags of an entity: those that name its owner first, then those of the spec, then those of the annotation. Cut by
 * code points, never in the middle of one. What does not fit is told, not lost in silence.
 */
export function entityTags(
  owner: Readonly<Record<string, string>>,
  specTags: readonly string[],
  { metadata }: KubernetesObject,
): Tags {
  const own = Object.entries(owner).map(([name, value]) => cut(`${name}:${value}`));
  const annotated = (metadata.annotations?.[tagsAnnotation] ?? '').split(',').map((tag) => tag.trim());
  const wanted = [...new Set([...specTags, ...annotated.filter((tag) => tag !== '')])].filter(
    (tag) => !own.includes(tag),
  );
  const fitting = wanted.filter((tag) => [...tag].length <= maxLength && !/[,/]/.test(tag));
  const users = fitting.slice(0, maxTags - own.length);
  return { own, users, dropped: wanted.filter((tag) => !users.includes(tag)) };
}

/** The uid that an entity's tags name as its owner's. */
export function ownerOf(tags: unknown): string | undefined {
  if (!Array.isArray(tags)) return undefined;
  const prefix = 'k8s-uid:';
  const tag = tags.find((one: unknown): one is string => typeof one === 'string' && one.startsWith(prefix));
  return tag?.slice(prefix.length);
}

function cut(tag: string): string {
  return [...tag].slice(0, maxLength).join('').replace(/[,/]/g, '-');
}
