import type { JsonObject } from '../json.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';

const subresourceVerbs = ['get', 'patch', 'update'];
const listType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The media type of aggregated discovery. */
export const aggregatedType = listType;

function names(resource: Resource): JsonObject {
  return {
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
  };
}

/** The groups that are served, built-in ones first, each with its versions in order of preference. */
function groupsOf(registry: Registry): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const { group, version } of registry.all()) {
    const versions = groups.get(group) ?? [];
    if (!versions.includes(version)) groups.set(group, [...versions, version].sort(byPreference));
  }
  return groups;
}

/** GA before beta before alpha, then the higher number. */
function byPreference(left: string, right: string): number {
  const rank = (version: string): readonly number[] => {
    const [, major = '0', stage = '', minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    return [stage === '' ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor)];
  };
  const [a, b] = [rank(left), rank(right)];
  const index = a.findIndex((value, place) => value !== b[place]);
  return index === -1 ? 0 : (b[index] ?? 0) - (a[index] ?? 0);
}

function groupObject(name: string, versions: readonly string[]): JsonObject {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/** `/api`. */
export function coreVersions(address: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** `/apis`. */
export function groupList(registry: Registry): JsonObject {
  const groups = [...groupsOf(registry)].filter(([name]) => name !== '');
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map(([name, versions]) => groupObject(name, versions)),
  };
}

/** `/apis/<group>`; undefined for a group that is not served. */
export function oneGroup(registry: Registry, name: string): JsonObject | undefined {
  const versions = name === '' ? undefined : groupsOf(registry).get(name);
  return versions === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupObject(name, versions) };
}

function resourceEntries(resource: Resource): readonly JsonObject[] {
  const { plural, singular, kind, namespaced, verbs } = resource;
  const own = { name: plural, singularName: singular, namespaced, kind, verbs, ...names(resource) };
  const status = resource.subresources.map((name) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs: subresourceVerbs,
  }));
  return [own, ...status];
}

/** `/api/v1` and `/apis/<group>/<version>`; undefined when nothing is served there. */
export function resourceList(registry: Registry, group: string, version: string): JsonObject | undefined {
  const found = registry.all().filter((one) => one.group === group && one.version === version);
  const [first] = found;
  if (first === undefined) return undefined;
  const resources = found.flatMap(resourceEntries);
  const head = group === '' ? { kind: 'APIResourceList' } : { kind: 'APIResourceList', apiVersion: 'v1' };
  return { ...head, groupVersion: apiVersionOf(first), resources };
}

function aggregatedResource(resource: Resource): JsonObject {
  const { group, version, kind } = resource;
  const responseKind = { group, version, kind };
  const subresources = resource.subresources.map((subresource) => ({
    subresource,
    responseKind,
    verbs: subresourceVerbs,
  }));
  return {
    resource: resource.plural,
    responseKind,
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...names(resource),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** All groups with all resources in one document: of the core group for `/api`, of the others for `/apis`. */
export function aggregated(registry: Registry, core: boolean): JsonObject {
  const groups = [...groupsOf(registry)].filter(([name]) => (name === '') === core);
  const items = groups.map(([name, versions]) => ({
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: registry
        .all()
        .filter((one) => one.group === name && one.version === version)
        .map(aggregatedResource),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}
