import { isList, isObject, type Json } from '../json.ts';

/** A value as Go prints it with %v, for example `map[data:map[a:1]]`; some texts of the real server show it so. */
export function goMap(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (isList(value)) return `[${value.map(goMap).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goMap(item)}`).join(' ')}]`;
}
