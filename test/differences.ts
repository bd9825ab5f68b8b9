import { isRecord } from '../lib/engine/objects.ts';

/** Each place where two JSON values differ, as `path: ours <json> / theirs <json>`. Lists are compared in order. */
export function differences(ours: unknown, theirs: unknown, path = ''): string[] {
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
    return keys.flatMap((key) => differences(ours[key], theirs[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return Array.from({ length }, (_, index) => differences(ours[index], theirs[index], `${path}[${index}]`)).flat();
  }
  return ours === theirs ? [] : [`${path}: ours ${show(ours)} / theirs ${show(theirs)}`];
}

/** The value without the descriptions that readers of a schema see; a field that is called `description` stays. */
export function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key, entry]) => !(key === 'description' && typeof entry === 'string'));
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutDescriptions(entry)]));
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
