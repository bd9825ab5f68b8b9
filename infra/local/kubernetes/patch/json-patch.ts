import { isList, isObject, type Json, type JsonObject, same } from '../json.ts';
import { ApiError, badRequest } from '../status.ts';

const maxOperations = 10_000;

interface Operation {
  readonly op: string;
  readonly path: readonly string[];
  readonly pointer: string;
  readonly from: readonly string[];
  readonly value: Json | undefined;
}

/** A JSON patch (RFC 6902), all or nothing. Malformed patches throw 400, patches that do not apply 422. */
export function jsonPatch(target: JsonObject, patch: Json): Json {
  if (!isList(patch)) {
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch: a JSON patch is a list');
  }
  if (patch.length > maxOperations) {
    const limit = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`;
    throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: ${limit}`);
  }
  return patch.map(operationOf).reduce<Json>(applyOperation, target);
}

function operationOf(item: Json): Operation {
  if (!isObject(item)) throw badRequest('json: cannot unmarshal into Go value of type jsonpatch.Operation');
  const { op, path, from, value } = item;
  if (typeof op !== 'string' || typeof path !== 'string') {
    throw badRequest('a JSON patch operation needs the texts "op" and "path"');
  }
  return { op, path: pointer(path), pointer: path, from: pointer(typeof from === 'string' ? from : ''), value };
}

function pointer(text: string): readonly string[] {
  const parts = text.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function fails(operation: Operation, why: string): ApiError {
  return new ApiError(422, 'Invalid', `${operation.op} operation does not apply: doc is missing ${why}`, {});
}

function applyOperation(document: Json, operation: Operation): Json {
  const { op, path, pointer: text, value } = operation;
  switch (op) {
    case 'add':
      return change(document, path, operation, { put: value ?? null, insert: true });
    case 'replace':
      return change(document, path, operation, { put: value ?? null, insert: false });
    case 'remove':
      return change(document, path, operation, undefined);
    case 'test':
      if (same(read(document, path), value ?? null)) return document;
      throw new ApiError(422, 'Invalid', `testing value ${text} failed`, {});
    case 'copy':
    case 'move':
      return transfer(document, operation);
    default:
      throw badRequest(`Unexpected kind: ${op}`);
  }
}

function transfer(document: Json, operation: Operation): Json {
  const moved = read(document, operation.from);
  if (moved === undefined) throw fails(operation, `from path: "/${operation.from.join('/')}": missing value`);
  const rest = operation.op === 'move' ? change(document, operation.from, operation, undefined) : document;
  return change(rest, operation.path, operation, { put: moved, insert: true });
}

function read(document: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = document;
  for (const part of path) {
    if (isList(current)) current = current[Number(part)];
    else if (isObject(current)) current = current[part];
    else return undefined;
  }
  return current;
}

interface Change {
  readonly put: Json;
  /** True: into a list it goes before the index, and a missing key is no error. */
  readonly insert: boolean;
}

function change(document: Json, path: readonly string[], operation: Operation, wanted: Change | undefined): Json {
  const [head, ...rest] = path;
  if (head === undefined) return wanted?.put ?? null;
  if (isList(document)) return changeList(document, head, rest, operation, wanted);
  if (!isObject(document)) throw fails(operation, `path: "${operation.pointer}": missing value`);
  const old = document[head];
  if (rest.length > 0) {
    if (old === undefined) throw fails(operation, `path: "${operation.pointer}": missing value`);
    return { ...document, [head]: change(old, rest, operation, wanted) };
  }
  if (old === undefined && wanted?.insert !== true) {
    const place = operation.op === 'replace' ? 'key' : 'path';
    throw fails(operation, `${place}: ${operation.pointer}: missing value`);
  }
  if (wanted !== undefined) return { ...document, [head]: wanted.put };
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== head));
}

function changeList(
  list: readonly Json[],
  head: string,
  rest: readonly string[],
  operation: Operation,
  wanted: Change | undefined,
): Json {
  const index = head === '-' ? list.length : Number(head);
  const last = rest.length === 0 && wanted?.insert === true ? list.length : list.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > last) {
    throw fails(operation, `path: "${operation.pointer}": invalid index referenced`);
  }
  if (rest.length > 0) return list.with(index, change(list[index] ?? null, rest, operation, wanted));
  if (wanted === undefined) return list.toSpliced(index, 1);
  return wanted.insert ? list.toSpliced(index, 0, wanted.put) : list.with(index, wanted.put);
}
