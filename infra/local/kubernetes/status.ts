import { causeOf, type FieldError, summaryOf } from './field-errors.ts';
import type { JsonObject } from './json.ts';

/** Names a resource in error texts: `plural.group`, or the plural alone in the core group. */
export interface GroupResource {
  readonly group: string;
  readonly plural: string;
}

/** The details of a failure Status. */
export interface StatusDetails extends JsonObject {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly JsonObject[];
  readonly retryAfterSeconds?: number;
}

/** A failure that is answered as a Kubernetes Status with an HTTP code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** Metadata of the Status; an expired list puts a token to go on with there. */
  readonly metadata: JsonObject;

  constructor(code: number, reason: string, message: string, details?: StatusDetails, metadata: JsonObject = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  /** The Status object of the answer. */
  body(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      ...(this.message === '' ? {} : { message: this.message }),
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

function qualified(resource: GroupResource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function detailsOf(resource: GroupResource, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    ...(resource.plural === '' ? {} : { kind: resource.plural }),
  };
}

/** 404 for one object. */
export function notFound(resource: GroupResource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));
}

/** 409 for a name that is in use, maybe by an object that is being deleted. */
export function alreadyExists(resource: GroupResource, name: string, deleting: boolean): ApiError {
  const message = `${deleting ? 'object is being deleted: ' : ''}${qualified(resource)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

/** 409 for a failed precondition or a stale resourceVersion; `why` ends the sentence. */
export function conflict(resource: GroupResource, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, detailsOf(resource, name));
}

/** 403; without a name the sentence is about the resource as a whole. */
export function forbidden(resource: GroupResource, name: string, why: string, more: StatusDetails = {}): ApiError {
  const subject = name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`;
  const message = resource.plural === '' ? `forbidden: ${why}` : `${subject} is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, { ...detailsOf(resource, name), ...more });
}

/** 422 with one cause for each field error; kind may be empty, as for patches that can not be decoded. */
export function invalid(group: string, kind: string, name: string, errors: readonly FieldError[]): ApiError {
  const subject = `${group === '' ? kind : `${kind}.${group}`} "${name}"`;
  return new ApiError(422, 'Invalid', `${subject} is invalid: ${summaryOf(errors)}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    causes: errors.map(causeOf),
  });
}

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 410 for a resourceVersion or a continue token whose history is gone. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** 405 in the words of a custom resource. */
export function notSupportedOn(resource: GroupResource, action: string): ApiError {
  const message = `${action} is not supported on resources of kind "${qualified(resource)}"`;
  return new ApiError(405, 'MethodNotAllowed', message, detailsOf(resource, ''));
}

/** 405 for a path that is there but not for this method. */
export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 413. */
export function tooLarge(limit: number): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);
}

/** 415 that lists what is accepted. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const list = accepted.join(', ');
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** 406 that lists what can be sent. */
export function notAcceptable(accepted: readonly string[]): ApiError {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return new ApiError(406, 'NotAcceptable', message);
}

/** 401, the same text for every cause. */
export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}
