import { isRecord, type ObjectMeta } from '../engine/objects.ts';

/** Characters that an event has room for. No API server gives more. */
const longest = 128;
const longestName = 253;

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const upTo =
  (most: number): Test =>
  (value) =>
    typeof value === 'string' && value !== '' && value.length <= most;
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const withTexts =
  (needed: readonly string[], others: readonly string[] = []): Test =>
  (value) =>
    isRecord(value) &&
    needed.every((field) => isText(value[field])) &&
    others.every((field) => value[field] === undefined || isText(value[field]));
const isTexts: Test = (value) => isRecord(value) && Object.values(value).every(isText);

const needed: Readonly<Record<string, Test>> = {
  name: upTo(longestName),
  uid: upTo(longest),
  resourceVersion: isVersion,
};

const optional: Readonly<Record<string, Test>> = {
  namespace: upTo(longestName),
  generation: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  creationTimestamp: isText,
  deletionTimestamp: isText,
  finalizers: listOf(isText),
  annotations: isTexts,
  labels: isTexts,
  ownerReferences: listOf(withTexts(['apiVersion', 'kind', 'name', 'uid'])),
  managedFields: listOf(withTexts([], ['time', 'subresource'])),
};

/** True for what may be a version of an object or of a list, which nobody but the API server understands. */
export function isVersion(value: unknown): value is string {
  return upTo(longest)(value);
}

/** The metadata of an object, where it is as API servers give it: everybody here relies on the types of its fields. */
export function toMetadata(value: unknown): ObjectMeta | undefined {
  if (!isRecord(value)) return undefined;
  // Go writes what is not set as null, where it is not left out.
  const hasNull = Object.values(value).includes(null);
  const metadata = hasNull ? Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) : value;
  const isWhole = Object.entries(needed).every(([field, test]) => test(metadata[field]));
  const isRight = Object.entries(optional).every(
    ([field, test]) => metadata[field] === undefined || test(metadata[field]),
  );
  return isWhole && isRight ? (metadata as unknown as ObjectMeta) : undefined;
}
