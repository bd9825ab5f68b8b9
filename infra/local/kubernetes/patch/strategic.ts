import { isList, isObject, type Json, type JsonObject, same, without } from '../json.ts';
import { type FieldType, modelOf } from '../resources/model.ts';
import { ApiError } from '../status.ts';
import { goMap } from './go-map.ts';
import { mergeKeys } from './merge-keys.ts';

const directive = '$patch';
const retain = '$retainKeys';
const order = '$setElementOrder/';
const deletion = '$deleteFromPrimitiveList/';

/**
 * A strategic merge patch on an object of a built-in model: objects merge, null deletes, lists with a merge key merge
 * item by item, other lists are replaced; `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`
 * do what the API documentation says.
 */
export function strategicMerge(model: string, object: JsonObject, patch: JsonObject): JsonObject {
  const mode = patch[directive];
  if (mode === 'replace') return without(patch, directive);
  if (mode === 'delete') return {};
  if (mode !== undefined && mode !== 'merge') {
    throw new ApiError(500, '', `unknown patch type: ${String(mode)} in map: ${goMap(patch)}`);
  }
  const retained = retainedKeys(object, patch);
  const merged: Record<string, Json | undefined> = { ...retained };
  for (const [key, value] of Object.entries(patch)) {
    if (key === directive || key === retain || key.startsWith(order)) continue;
    if (key.startsWith(deletion)) deleteValues(merged, key.slice(deletion.length), value);
    else if (value === null || value === undefined) delete merged[key];
    else merged[key] = mergeField(model, key, merged[key], value, patch[`${order}${key}`]);
  }
  return merged;
}

function retainedKeys(object: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[retain];
  if (!isList(keys)) return object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

function deleteValues(merged: Record<string, Json | undefined>, key: string, values: Json | undefined): void {
  const list = merged[key];
  if (!isList(list) || !isList(values)) return;
  merged[key] = list.filter((item) => !values.some((value) => same(item, value)));
}

function typeOfField(model: string, key: string): FieldType | undefined {
  return model === '' ? undefined : modelOf(model).fields.get(key)?.type;
}

function mergeField(model: string, key: string, old: Json | undefined, value: Json, wanted: Json | undefined): Json {
  const type = typeOfField(model, key);
  if (isObject(value)) {
    const inner = type?.is === 'model' ? type.model : '';
    return strategicMerge(inner, isObject(old) ? old : {}, value);
  }
  const mergeKey = mergeKeys[`${model}.${key}`];
  if (!isList(value) || mergeKey === undefined) return value;
  const items = isList(old) ? old : [];
  // The patch's own items come first, as in the real server.
  if (mergeKey === '') return [...value, ...items.filter((item) => !value.some((other) => same(item, other)))];
  const itemModel = type?.is === 'list' && type.of.is === 'model' ? type.of.model : '';
  return ordered(mergeItems(itemModel, mergeKey, items, value), mergeKey, wanted);
}

function mergeItems(model: string, key: string, items: readonly Json[], patches: readonly Json[]): readonly Json[] {
  if (patches.some((patch) => isObject(patch) && patch[directive] === 'replace' && patch[key] === undefined)) {
    return patches.filter((patch) => !(isObject(patch) && patch[directive] === 'replace'));
  }
  let merged = [...items];
  const added: Json[] = [];
  for (const patch of patches) {
    if (!isObject(patch) || patch[key] === undefined) {
      throw new ApiError(500, '', `map: ${goMap(patch)} does not contain declared merge key: ${key}`);
    }
    const index = merged.findIndex((item) => isObject(item) && same(item[key], patch[key]));
    const found = merged[index];
    if (patch[directive] === 'delete') merged = merged.filter((_, other) => other !== index);
    else if (isObject(found)) merged[index] = strategicMerge(model, found, patch);
    else added.push(strategicMerge(model, {}, patch));
  }
  return [...added, ...merged];
}

function ordered(items: readonly Json[], key: string, wanted: Json | undefined): readonly Json[] {
  if (!isList(wanted)) return items;
  const place = (item: Json): number => {
    const index = wanted.findIndex((other) => isObject(other) && isObject(item) && same(other[key], item[key]));
    return index === -1 ? wanted.length : index;
  };
  return [...items].sort((left, right) => place(left) - place(right));
}
