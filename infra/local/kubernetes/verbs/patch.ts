import type { Cluster } from '../cluster.ts';
import { invalidField } from '../field-errors.ts';
import { decodeBody } from '../http/body.ts';
import type { PatchFormat } from '../http/negotiation.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type KubernetesObject, withMeta } from '../object.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatchObject } from '../patch/merge.ts';
import { badRequest, invalid } from '../status.ts';
import type { FieldValidation } from './decode.ts';
import { type Updated, type UpdateTarget, updateObject } from './update.ts';

/** A patch as it came in. */
export interface Patch {
  readonly format: PatchFormat;
  readonly text: string;
  readonly validation: FieldValidation;
}

function parsePatch(text: string): { readonly value: Json; readonly complaints: readonly string[] } {
  try {
    return decodeBody(text, 'json');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`error decoding patch: ${error.message}`);
  }
}

function applied(target: UpdateTarget, format: PatchFormat, old: JsonObject, patch: Json): JsonObject {
  if (format === 'json-patch') return objectOrInvalid(jsonPatch(old, patch));
  if (!isObject(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  const { strategicMerge } = target.resource.rules;
  if (format === 'strategic' && strategicMerge !== undefined) return strategicMerge(old, patch);
  return mergePatchObject(old, patch);
}

function objectOrInvalid(value: Json): JsonObject {
  if (isObject(value)) return value;
  throw invalid('', '', '', [invalidField('patch', JSON.stringify(value), 'json: cannot unmarshal into Go value')]);
}

// A write that the patch does not mention a version for applies to whatever is there.
function versioned(object: KubernetesObject, old: KubernetesObject): KubernetesObject {
  if (object.metadata.resourceVersion !== undefined) return object;
  return withMeta(object, { resourceVersion: old.metadata.resourceVersion ?? '' });
}

/** Patches an object; throws ApiError 400, 404, 409 or 422. */
export function patchObject(cluster: Cluster, target: UpdateTarget, patch: Patch): Updated {
  const { value, complaints } = parsePatch(patch.text);
  const warnings: string[] = patch.validation === 'Warn' ? [...complaints] : [];
  const updated = updateObject(cluster, target, (old) => {
    const patched = applied(target, patch.format, old, value);
    const decoded = target.resource.rules.decode(patched);
    const found = [...(patch.format === 'json-patch' ? [] : complaints), ...decoded.complaints];
    if (patch.validation === 'Strict' && found.length > 0) {
      const text = `strict decoding error: ${found.join(', ')}`;
      throw invalid('', '', '', [invalidField('patch', JSON.stringify(patched), text)]);
    }
    if (patch.validation === 'Warn') warnings.push(...decoded.complaints);
    checkName(decoded.object, target);
    return versioned(decoded.object, old);
  });
  return { object: updated.object, warnings: [...warnings, ...updated.warnings] };
}

function checkName(object: KubernetesObject, { name }: UpdateTarget): void {
  if (object.metadata.name === name) return;
  throw badRequest(
    `the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${name})`,
  );
}
