import { display, isRecord, type KubernetesObject, type ObjectKey, type ObjectMeta } from './objects.ts';
import { isOwnerTag, ownerLabels } from './owner-tags.ts';
import type { Run } from './run.ts';

/** Konnect takes this many tags on one entity, of this many characters each. */
const maxTags = 30;
const maxLength = 128;

export interface Tags {
  /** Those that name the owner. */
  readonly own: readonly string[];
  /** Those of the user that are sent. */
  readonly users: readonly string[];
  /** Tags of the user that Konnect has no room for, or would refuse, and those that would name an owner. */
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
  const wanted = [...new Set([...specTags, ...annotatedTags(metadata)])].filter((tag) => !own.includes(tag));
  const fitting = wanted.filter(isFitting);
  const users = fitting.slice(0, maxTags - own.length);
  return { own, users, dropped: wanted.filter((tag) => !users.includes(tag)) };
}

function isFitting(tag: string): boolean {
  return [...tag].length <= maxLength && !/[,/\p{Cc}]/u.test(tag) && !isOwnerTag(tag);
}

/** Further tags of an object, in an annotation of Kong's operator. */
export function annotatedTags({ annotations }: ObjectMeta): readonly string[] {
  return listedIn(annotations?.['konghq.com/tags']);
}

/** The items of a text that are separated by commas. */
export function listedIn(text = ''): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** An object as the tags of its entity name it. Tags may be anybody's: it need not exist. */
export interface NamedOwner {
  readonly kind: string;
  readonly key: ObjectKey;
  readonly cluster: string | undefined;
}

/** The object that an entity's tags, or labels, name as its owner; undefined where they name none. */
export function namedOwner(tags: unknown): NamedOwner | undefined {
  const named = (name: string) => valueIn(tags, name);
  const [kind, name] = [named(ownerLabels.kind), named(ownerLabels.name)];
  if (kind === undefined || name === undefined) return undefined;
  const namespace = named(ownerLabels.namespace);
  return { kind, key: namespace === undefined ? { name } : { namespace, name }, cluster: named(ownerLabels.cluster) };
}

/**
 * The key of the object that an entity names as its owner, where that is of the run's kind and cluster. Undefined as well
 * where the name may have been cut: another object, or none, has what is left of it.
 */
export function ownerHere(
  run: Pick<Run, 'kind' | 'cluster'>,
  entity: Readonly<Record<string, unknown>>,
): ObjectKey | undefined {
  const owner = namedOwner(entity['tags'] ?? entity['labels']);
  const isHere = owner !== undefined && owner.kind === run.kind.resource.kind && owner.cluster === run.cluster.name;
  return isHere && !fills(`${ownerLabels.name}:${owner.key.name}`) ? owner.key : undefined;
}

/** True where the tags name the object of that key as the owner, as far as a tag has room for its name. */
export function isNamed(tags: unknown, { namespace, name }: ObjectKey): boolean {
  const owner = namedOwner(tags);
  const asTag = cut(`${ownerLabels.name}:${name}`).slice(`${ownerLabels.name}:`.length);
  return owner !== undefined && owner.key.name === asTag && owner.key.namespace === namespace;
}

/** The same for people. */
export function ownerNamed(tags: unknown): string | undefined {
  const owner = namedOwner(tags);
  if (owner === undefined) return undefined;
  const { kind, key, cluster } = owner;
  return `${kind} ${display(key)}${cluster === undefined ? '' : ` of cluster ${cluster}`}`;
}

/** The uid that an entity's tags name as its owner's. */
export function ownerOf(tags: unknown): string | undefined {
  return valueIn(tags, ownerLabels.uid);
}

/** The generation of the object that an entity was last written for, as its tags tell. */
export function generationOf(tags: unknown): number | undefined {
  const generation = valueIn(tags, ownerLabels.generation);
  return generation === undefined || !/^\d+$/.test(generation) ? undefined : Number(generation);
}

function valueIn(tags: unknown, name: string): string | undefined {
  if (isRecord(tags)) return typeof tags[name] === 'string' ? tags[name] : undefined;
  if (!Array.isArray(tags)) return undefined;
  const prefix = `${name}:`;
  const tag = tags.find((one: unknown): one is string => typeof one === 'string' && one.startsWith(prefix));
  return tag?.slice(prefix.length);
}

function fills(tag: string): boolean {
  return [...tag].length >= maxLength;
}

function cut(tag: string): string {
  return [...tag].slice(0, maxLength).join('').replace(/[,/]/g, '-');
}
