import { isRecord } from '../engine/objects.ts';
import { matchesAny, type Path, show } from './pattern.ts';
import { concealed, isSecretName, redactValue } from './redact.ts';

/** A field that is not as it should be. Values that are secret read `[redacted]`. */
export interface Difference {
  readonly path: string;
  readonly desired: unknown;
  readonly observed: unknown;
}

/** What, of a value, means the same as its absence. */
export type Emptiness = 'null' | 'text' | 'list' | 'map';

/** How values of one type of entity compare. Paths are patterns as in `matchesAny`. */
export interface Rules {
  /** Lists without order and repetition. */
  readonly sets: readonly string[];
  /** Maps that are ours altogether: a key too many is a difference as well. */
  readonly whole: readonly string[];
  /** Never compared: write-only fields, and what changes by itself. Names set members, too: `tags.k8s-generation:*`. */
  readonly ignored: readonly string[];
  /** Compared but never shown, beside all fields whose name says that they are secret. */
  readonly secret: readonly string[];
  /** Which empty values equal an absent one. */
  readonly empty: readonly Emptiness[];
  /** What Konnect fills in, by exact path: a field that we do not set is expected to have this value. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Holds for every type of entity. Konnect reserves the label prefixes named here, so such labels are its own. */
export const commonRules: Rules = {
  sets: ['tags', 'protocols', 'methods', 'hosts', 'paths', 'snis', 'headers.*', 'ca_certificates', '**.http_statuses'],
  whole: ['labels'],
  ignored: [
    'id',
    'created_at',
    'updated_at',
    'tags.k8s-generation:*',
    'tags.konnect-managed*',
    'labels.k8s-generation',
    ...['kong', 'konnect', 'mesh', 'kic', 'insomnia', 'kuma', '_'].map((prefix) => `labels.${prefix}*`),
  ],
  secret: [],
  empty: ['null', 'text', 'list', 'map'],
  defaults: {},
};

/** The common rules and more of the same for one type of entity; `empty` replaces. */
export function rulesFor(own: Partial<Rules>): Rules {
  return {
    sets: [...commonRules.sets, ...(own.sets ?? [])],
    whole: [...commonRules.whole, ...(own.whole ?? [])],
    ignored: [...commonRules.ignored, ...(own.ignored ?? [])],
    secret: [...commonRules.secret, ...(own.secret ?? [])],
    empty: own.empty ?? commonRules.empty,
    defaults: { ...commonRules.defaults, ...own.defaults },
  };
}

/**
 * Where the observed entity is not what we want: only fields that we set count (and those with a known default), so
 * that what Konnect adds is no difference. Pure; empty where nothing has to be written.
 */
export function difference(desired: unknown, observed: unknown, rules: Rules = commonRules): readonly Difference[] {
  const wanted = Object.entries(rules.defaults).reduce<unknown>(
    (value, [path, fallback]) => withDefault(value, path.split('.'), fallback),
    desired,
  );
  return compare(wanted, observed, [], rules);
}

function compare(desired: unknown, observed: unknown, path: Path, rules: Rules): readonly Difference[] {
  if (desired === undefined || matchesAny(rules.ignored, path)) return [];
  if (isEmpty(desired, rules) && isEmpty(observed, rules)) return [];
  // Against nothing, the parts are compared one by one: a map or list of parts that are all empty or ignored equals nothing.
  const against = isEmpty(observed, rules) && !hasNoParts(desired) ? emptyLike(desired, observed) : observed;
  if (isRecord(desired) && isRecord(against)) return compareMaps(desired, against, path, rules);
  if (Array.isArray(desired) && Array.isArray(against)) return compareLists(desired, against, path, rules);
  return sameScalar(desired, observed) ? [] : [different(desired, observed, path, rules)];
}

function emptyLike(desired: unknown, observed: unknown): unknown {
  if (Array.isArray(desired)) return [];
  return isRecord(desired) ? {} : observed;
}

function hasNoParts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

type Fields = Readonly<Record<string, unknown>>;

function compareMaps(desired: Fields, observed: Fields, path: Path, rules: Rules): readonly Difference[] {
  const found = Object.keys(desired).flatMap((name) =>
    compare(desired[name], ownValue(observed, name), [...path, name], rules),
  );
  if (!matchesAny(rules.whole, path)) return found;
  const surplus = Object.keys(observed)
    .filter((name) => ownValue(desired, name) === undefined && !isEmpty(observed[name], rules))
    .filter((name) => !matchesAny(rules.ignored, [...path, name]));
  return [...found, ...surplus.map((name) => different(undefined, observed[name], [...path, name], rules))];
}

type Items = readonly unknown[];

function compareLists(desired: Items, observed: Items, path: Path, rules: Rules): readonly Difference[] {
  if (matchesAny(rules.sets, path)) return compareSets(desired, observed, path, rules);
  if (desired.length !== observed.length) return [different(desired, observed, path, rules)];
  return desired.flatMap((item, index) => compare(item, observed[index], [...path, String(index)], rules));
}

// Members may be objects to which Konnect added fields, so each must find a member that it covers, not one that is equal.
function compareSets(desired: Items, observed: Items, path: Path, rules: Rules): readonly Difference[] {
  const wanted = members(desired, path, rules);
  const there = members(observed, path, rules);
  const covers = (item: unknown, other: unknown): boolean => compare(item, other, [...path, '*'], rules).length === 0;
  const covered =
    wanted.length === there.length &&
    wanted.every((item) => there.some((other) => covers(item, other))) &&
    there.every((other) => wanted.some((item) => covers(item, other)));
  return covered ? [] : [different(wanted, there, path, rules)];
}

function members(items: Items, path: Path, rules: Rules): Items {
  const kept = items.filter((item) => typeof item !== 'string' || !matchesAny(rules.ignored, [...path, item]));
  const distinct = new Map(kept.map((item) => [JSON.stringify(item), item]));
  return [...distinct].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
}

function sameScalar(desired: unknown, observed: unknown): boolean {
  if (desired === observed) return true;
  if (typeof desired !== 'string' || typeof observed !== 'string' || !isPem(desired)) return false;
  return pemText(desired) === pemText(observed);
}

function isPem(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN ');
}

// Konnect gives PEM back with other line ends, and with or without the last one; where lines end means nothing.
function pemText(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function isEmpty(value: unknown, { empty }: Rules): boolean {
  if (value === undefined) return true;
  if (value === null) return empty.includes('null');
  if (value === '') return empty.includes('text');
  return hasNoParts(value) && empty.includes(Array.isArray(value) ? 'list' : 'map');
}

function different(desired: unknown, observed: unknown, path: Path, rules: Rules): Difference {
  const secret = path.some(isSecretName) || matchesAny(rules.secret, path);
  const shown = secret ? concealed : redactValue;
  return { path: show(path), desired: shown(desired), observed: shown(observed) };
}

// Only where the map that would hold the field is there: an entity without a part has none of the part's defaults.
function withDefault(value: unknown, [name, ...rest]: Path, fallback: unknown): unknown {
  if (name === undefined || !isRecord(value)) return value;
  const present = ownValue(value, name);
  if (rest.length > 0) return { ...value, [name]: withDefault(present, rest, fallback) };
  return present === undefined || present === null ? { ...value, [name]: fallback } : value;
}

function ownValue(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
