import type { Cluster } from '../cluster.ts';
import { invalidField } from '../field-errors.ts';
import { decodeBody } from '../http/body.ts';
import type { PatchFormat } from '../http/negotiation.ts';
import { goJson, isList, isObject, type Json, type JsonObject, sorted } from '../json.ts';
import { goTypeOf } from '../meta/decode.ts';
import { type KubernetesObject, withMeta } from '../object.ts';
import { goMap } from '../patch/go-map.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatchObject } from '../patch/merge.ts';
import { type ApiError, badRequest, invalid } from '../status.ts';
import type { FieldValidation } from './options.ts';
import { type UpdateTarget, updateObject } from './update.ts';

/** A patch as it came in. */
export interface Patch {
  readonly format: PatchFormat;
  readonly text: string;
  readonly validation: FieldValidation;
}

interface ParsedPatch {
  readonly value: Json;
  readonly complaints: readonly string[];
}

function parsePatch({ text, format }: Patch): ParsedPatch {
  try {
    const { value, complaints } = decodeBody(text, 'json');
    const list = format === 'json-patch';
    if (list ? isList(value) : isObject(value)) return { value, complaints };
    const type = list ? '[]handlers.jsonPatchOp' : 'map[string]interface {}';
    throw new SyntaxError(`json: cannot unmarshal ${goTypeOf(value)} into Go value of type ${type}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`error decoding patch: ${error.message}`);
  }
}

/** 422 about the patch as a whole; the real server shows the patched object, or the patch if that is strategic. */
function invalidPatch(shown: string, why: string): ApiError {
  return invalid('', '', '', [invalidField('patch', shown, why)]);
}

function applied(target: UpdateTarget, format: PatchFormat, old: JsonObject, patch: Json): JsonObject {
  if (format === 'json-patch') return objectOf(jsonPatch(old, patch));
  const { strategicMerge } = target.resource.rules;
  const fields = isObject(patch) ? patch : {};
  return format === 'strategic' && strategicMerge !== undefined
    ? strategicMerge(old, fields)
    : mergePatchObject(old, fields);
}

function objectOf(value: Json): JsonObject {
  if (isObject(value)) return value;
  throw invalidPatch(goJson(value), `json: cannot unmarshal ${goTypeOf(value)} into Go value`);
}

// A patch that does not mention a version applies to whatever is there.
function versioned(object: KubernetesObject, old: KubernetesObject): KubernetesObject {
  if (object.metadata.resourceVersion !== undefined) return object;
  return withMeta(object, { resourceVersion: old.metadata.resourceVersion ?? '' });
}

function checkName(object: KubernetesObject, { name }: UpdateTarget): void {
  const { name: own } = object.metadata;
  if (own === name) return;
  throw badRequest(`the name of the object (${own ?? ''}) does not match the name on the URL (${name})`);
}

/** Patches an object; throws ApiError 400, 404, 409 or 422. */
export function patchObject(cluster: Cluster, target: UpdateTarget, patch: Patch): KubernetesObject {
  const { value, complaints } = parsePatch(patch);
  return updateObject(cluster, target, (old) => {
    const patched = applied(target, patch.format, old, value);
    const shown = () => (patch.format === 'strategic' ? goMap(value) : goJson(sorted(patched)));
    const decoded = decoding(() => target.resource.rules.decode(patched), shown, patch.format);
    const found = [...complaints, ...decoded.complaints];
    if (patch.validation === 'Strict' && found.length > 0) {
      throw invalidPatch(shown(), `strict decoding error: ${found.join(', ')}`);
    }
    if (patch.validation === 'Warn') found.forEach(target.warn);
    checkName(decoded.object, target);
    return versioned(decoded.object, old);
  });
}

// The decoder's 400 is a 422 here: it is not the request that can not be read but what came out of it.
function decoding<Decoded>(decode: () => Decoded, shown: () => string, format: PatchFormat): Decoded {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const text = error.message.replace(/^.* cannot be handled as a \w+: /, '');
    const [, found, type] = /cannot unmarshal (\w+) into Go struct field \S+ of type (\w+)/.exec(text) ?? [];
    if (format !== 'strategic' || found === undefined) throw invalidPatch(shown(), text);
    throw invalidPatch(shown(), `cannot restore ${type} from ${found}`);
  }
}
