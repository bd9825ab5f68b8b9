import { ClusterError } from '../engine/errors.ts';
import { display, type ObjectKey, type Resource } from '../engine/objects.ts';

const longestName = 253;

/**
 * The URL path of a resource's collection, or of one object of it.
 * @throws {ClusterError} (400) for a name that can name no object: a path must not be steered by what a user wrote.
 */
export function pathOf(resource: Resource, namespace: string | undefined, name?: string, subresource?: string): string {
  const { group, version, plural, namespaced } = resource;
  const root = group === '' ? ['api', version] : ['apis', group, version];
  const scope = namespaced && namespace !== undefined ? ['namespaces', namespace] : [];
  const object = name === undefined ? [] : [name, ...(subresource === undefined ? [] : [subresource])];
  return `/${[...root, ...scope, plural, ...object].map(segment).join('/')}`;
}

/** False for a name that no object can have, and that a path would not lead to. */
export function isPossibleName(name: string): boolean {
  return name.length > 0 && name.length <= longestName && !/^\.{1,2}$|[/%]/.test(name) && name.isWellFormed();
}

/** How a message names a resource: `widgets.example.com/v1`, as kubectl does. */
export function resourceText(resource: Resource): string {
  return `${resource.plural}${resource.group === '' ? '' : `.${resource.group}`}/${resource.version}`;
}

/** How a message names a call: `patch Widget team-a/orders in cluster "prod"`. */
export function callText(verb: string, resource: Resource, key: ObjectKey | undefined, cluster: string): string {
  return `${verb} ${resource.kind}${key === undefined ? '' : ` ${display(key)}`} in cluster "${cluster}"`;
}

function segment(text: string): string {
  if (text === '' || text === '.' || text === '..') {
    throw new ClusterError(`"${text}" can not be a name in Kubernetes; correct the reference that holds it`, {
      status: 400,
      reason: 'BadRequest',
    });
  }
  return encodeURIComponent(text);
}
