import { isRecord } from '../../lib/engine/objects.ts';

/** What is called otherwise afterwards: ids, uids and names, as whole texts or after a colon, as in tags. */
export type Renaming = ReadonlyMap<string, string>;

/** The same value, however deep, with everything called by its new name; keys of maps as well. */
export function renamed(value: unknown, names: Renaming): unknown {
  if (typeof value === 'string')
    return names.get(value) ?? value.replace(/(?<=^k8s-(?:uid|name):).+$/, (own) => names.get(own) ?? own);
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [renamed(key, names), renamed(one, names)]));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, names)]));
}

const ours = (tag: unknown): boolean => /^(?:k8s-cluster|managed-by)(?::|$)/.test(String(tag));

/** Konnect's data without what only we write into it: two tags, two labels, and titles of certificates. */
export function withoutOurMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => !ours(one)).map(withoutOurMarks);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, withoutOurMarks(one)]));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, one]) => !ours(key) && !(key === 'title' && String(one).includes('k8s-uid')),
  );
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutOurMarks(one)]));
}
