import { isObject, type Json, type JsonObject } from '../json.ts';

/** A JSON merge patch (RFC 7386): objects merge, null deletes, everything else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json | undefined> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** A merge patch of an object; the patch must be an object itself. */
export function mergePatchObject(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = mergePatch(target, patch);
  return isObject(merged) ? merged : {};
}
