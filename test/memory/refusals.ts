import { ClusterError } from '../../lib/engine/errors.ts';
import { display, type ObjectKey, type Resource } from '../../lib/engine/objects.ts';

function nameOf({ plural, group }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function missing(resource: Resource, key: ObjectKey): ClusterError {
  return new ClusterError(`${nameOf(resource)} "${key.name}" not found`, { status: 404, reason: 'NotFound' });
}

export function conflict(resource: Resource, { name }: ObjectKey): ClusterError {
  return new ClusterError(
    `Operation cannot be fulfilled on ${nameOf(resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { status: 409, reason: 'Conflict' },
  );
}

export function taken(resource: Resource, { name }: ObjectKey): ClusterError {
  return new ClusterError(`${nameOf(resource)} "${name}" already exists`, { status: 409, reason: 'AlreadyExists' });
}

export function invalid(resource: Resource, { name }: ObjectKey, problems: readonly string[]): ClusterError {
  const { kind, group } = resource;
  return new ClusterError(`${kind}.${group} "${name}" is invalid: ${problems.join(', ')}`, {
    status: 422,
    reason: 'Invalid',
  });
}

/** What a function gets that asks for a name without its namespace: no right to that path. */
export function forbidden(resource: Resource, key: ObjectKey): ClusterError {
  return new ClusterError(`${nameOf(resource)} "${display(key)}" is forbidden`, { status: 403, reason: 'Forbidden' });
}

/** No answer, as after a cut connection. */
export function unanswered(): ClusterError {
  return new ClusterError('the API server did not answer (ECONNRESET)', {});
}

export function overloaded(): ClusterError {
  return new ClusterError('the server is currently unable to handle the request', {
    status: 503,
    reason: 'ServiceUnavailable',
    retryAfterSeconds: 3,
  });
}
