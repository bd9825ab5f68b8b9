import { notSupported } from '../field-errors.ts';
import { decodeBody } from '../http/body.ts';
import { bodyFormat } from '../http/negotiation.ts';
import { at, isObject, type JsonObject, textOf } from '../json.ts';
import { ApiError, badRequest, invalid } from '../status.ts';
import type { DeleteOptions } from './delete.ts';

/** The options of a DELETE, from its body or, without one, from the query. */
export interface DeleteRequest extends DeleteOptions {
  readonly dryRun: boolean;
}

const policies = ['Background', 'Foreground', 'Orphan'] as const;

function policyOf(body: JsonObject): DeleteOptions['propagationPolicy'] {
  const text = textOf(body['propagationPolicy']);
  if (text === undefined) return body['orphanDependents'] === true ? 'Orphan' : undefined;
  const known = policies.find((policy) => policy === text);
  if (known !== undefined) return known;
  const error = notSupported('propagationPolicy', text, ['Foreground', 'Background', 'Orphan', 'nil']);
  throw invalid('meta.k8s.io', 'DeleteOptions', '', [error]);
}

function ofKind(body: JsonObject): JsonObject {
  const { kind = 'DeleteOptions', apiVersion = 'v1' } = body;
  if (kind === 'DeleteOptions') return body;
  const text = `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`;
  throw new ApiError(500, '', text);
}

function bodyOf(text: string, contentType: string | undefined, query: URLSearchParams): JsonObject {
  if (text !== '') {
    const { value } = decodeBody(text, bodyFormat(contentType));
    if (isObject(value)) return ofKind(value);
    throw badRequest("couldn't get version/kind; json parse error: the body of a DELETE must be DeleteOptions");
  }
  const dryRun = query.getAll('dryRun');
  return { ...Object.fromEntries(query), ...(dryRun.length > 0 ? { dryRun } : {}) };
}

/** Reads the options of a DELETE; throws ApiError 400, 415 or 422. */
export function deleteRequest(text: string, contentType: string | undefined, query: URLSearchParams): DeleteRequest {
  const body = bodyOf(text, contentType, query);
  return {
    propagationPolicy: policyOf(body),
    uid: textOf(at(body, 'preconditions', 'uid')),
    resourceVersion: textOf(at(body, 'preconditions', 'resourceVersion')),
    dryRun: isDryRun(body['dryRun'] ?? query.getAll('dryRun')),
  };
}

/** Whether dryRun=All is asked for; another value is a 422. */
function isDryRun(value: unknown): boolean {
  const values = Array.isArray(value) ? value : [];
  if (values.length === 0) return false;
  if (values.every((item) => item === 'All')) return true;
  throw invalid('meta.k8s.io', 'DeleteOptions', '', [notSupported('dryRun', values, ['All'])]);
}
