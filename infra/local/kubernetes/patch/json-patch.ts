import { isList, isObject, type Json, type JsonObject, same } from '../json.ts';
import { ApiError } from '../status.ts';

const maxOperations = 10_000;

interface Operation {
  readonly op: string;
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: Json;
}

/** 422, always with this text: the real server does not tell which operation failed. */
function refused(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** A JSON patch (RFC 6902), all or nothing. A patch that does not apply throws 422, one that is too long 413. */
export function jsonPatch(target: JsonObject, patch: Json): Json {
  if (!isList(patch)) throw refused();
  if (patch.length > maxOperations) {
    const text = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`;
    throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: ${text}`);
  }
  return patch.map(operationOf).reduce<Json>(applyOperation, target);
}

function operationOf(item: Json): Operation {
  if (!isObject(item)) throw refused();
  const { op, path, from, value } = item;
  if (typeof op !== 'string' || typeof path !== 'string') throw refused();
  return { op, path: pointer(path), from: pointer(typeof from === 'string' ? from : ''), value: value ?? null };
}

function pointer(text: string): readonly string[] {
  const parts = text.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function applyOperation(document: Json, { op, path, from, value }: Operation): Json {
  switch (op) {
    case 'add':
      return change(document, path, { put: value, insert: true });
    case 'replace':
      return change(document, path, { put: value, insert: false });
    case 'remove':
      return change(document, path, undefined);
    case 'test':
      if (!same(read(document, path) ?? null, value)) throw refused();
      return document;
    case 'copy':
      return change(document, path, { put: present(document, from), insert: true });
    case 'move':
      return change(change(document, from, undefined), path, { put: present(document, from), insert: true });
    default:
      throw refused();
  }
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

function present(document: Json, path: readonly string[]): Json {
  const value = read(document, path);
  if (value === undefined) throw refused();
  return value;
}

interface Change {
  readonly put: Json;
  /** True: a list grows at the index, and a key may be new. */
  readonly insert: boolean;
}

function change(document: Json, path: readonly string[], wanted: Change | undefined): Json {
  const [head, ...rest] = path;
  if (head === undefined) return wanted?.put ?? null;
  if (isList(document)) return changeList(document, head, rest, wanted);
  if (!isObject(document)) throw refused();
  const old = document[head];
  if (old === undefined && (rest.length > 0 || wanted?.insert !== true)) throw refused();
  if (rest.length > 0) return { ...document, [head]: change(old ?? null, rest, wanted) };
  if (wanted !== undefined) return { ...document, [head]: wanted.put };
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== head));
}

function changeList(list: readonly Json[], head: string, rest: readonly string[], wanted: Change | undefined): Json {
  const index = head === '-' ? list.length : Number(head);
  const last = rest.length === 0 && wanted?.insert === true ? list.length : list.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > last) throw refused();
  if (rest.length > 0) return list.with(index, change(list[index] ?? null, rest, wanted));
  if (wanted === undefined) return list.toSpliced(index, 1);
  return wanted.insert ? list.toSpliced(index, 0, wanted.put) : list.with(index, wanted.put);
}
