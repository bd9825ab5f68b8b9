import type { ClusterError } from '../../lib/engine/errors.ts';
import type { KubernetesObject, ObjectKey, Resource } from '../../lib/engine/objects.ts';
import { createReport } from '../../lib/engine/report.ts';
import type { Run } from '../../lib/engine/run.ts';
import type { Judgement, Kind, Ref } from '../../lib/kinds/define.ts';

/* Three kinds: a book stands on a shelf, and both have an owner; a book's is its shelf's unless it names one. */

export function resourceOf(kind: string): Resource {
  return { group: 'g', version: 'v1', kind, plural: `${kind.toLowerCase()}s`, namespaced: true };
}

export function judge(name: string) {
  return (found: KubernetesObject | undefined, key: ObjectKey): Judgement => ({
    usable: found !== undefined,
    conditions: [
      {
        type: `${name}Valid`,
        status: found ? 'True' : 'False',
        reason: found ? 'Valid' : 'Invalid',
        message: found ? '' : `no ${name} ${key.name}`,
      },
    ],
  });
}

export function targetsOf(field: string): Ref['targets'] {
  return ({ spec }) => {
    const value = (spec as Readonly<Record<string, string | undefined>>)[field];
    if (value === undefined) return [];
    const [namespace, name] = value.includes('/') ? value.split('/') : [undefined, value];
    return [{ name: name ?? '', ...(namespace === undefined ? {} : { namespace }) }];
  };
}

export const ownerRef: Ref = { name: 'owner', kind: 'Owner', targets: targetsOf('owner'), judge: judge('owner') };
export const owner = { resource: resourceOf('Owner'), refs: [] } as unknown as Kind;
export const shelf = { resource: resourceOf('Shelf'), refs: [ownerRef] } as unknown as Kind;
export const shelfRef: Ref = { name: 'shelf', kind: 'Shelf', targets: targetsOf('shelf'), judge: judge('shelf') };
export const friends: Ref = {
  name: 'friends',
  kind: 'Book',
  deferred: true,
  targets: ({ spec }) => ((spec as { friends?: string[] }).friends ?? []).map((name) => ({ name })),
  judge: judge('friend'),
};
export const book = {
  resource: resourceOf('Book'),
  refs: [shelfRef, { ...ownerRef, through: 'shelf' }, friends],
} as unknown as Kind;

export function objectOf(kind: string, name: string, spec: object = {}, namespace = 'team'): KubernetesObject {
  return {
    apiVersion: 'g/v1',
    kind,
    metadata: { name, namespace, uid: `${kind}-${namespace}-${name}`, resourceVersion: '1' },
    spec,
  };
}

/** What refs use of a run, over some objects. */
export function runOn(
  kind: Kind,
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  failure?: ClusterError,
  kinds: readonly Kind[] = [owner, shelf, book],
) {
  const read: string[] = [];
  const cluster = {
    name: 'blue',
    async get(resource: Resource, key: ObjectKey) {
      read.push(`${resource.kind} ${key.namespace}/${key.name}`);
      if (failure !== undefined) throw failure;
      return objects.find(
        ({ kind: its, metadata }) =>
          its === resource.kind && metadata.name === key.name && metadata.namespace === key.namespace,
      );
    },
    list: async (resource: Resource, { namespace }: { namespace?: string }) =>
      objects.filter(
        ({ kind: its, metadata }) =>
          its === resource.kind && (namespace === undefined || metadata.namespace === namespace),
      ),
  };
  const report = createReport();
  const registry = { kinds };
  return { run: { kind, object, cluster, report, registry } as unknown as Run, read, report };
}
