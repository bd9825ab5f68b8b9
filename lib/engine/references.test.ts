import { beforeEach, expect, it } from 'vitest';
import { ClusterError } from './errors.ts';
import type { KubernetesObject, ObjectKey, Resource } from './objects.ts';
import type { Cluster } from './ports.ts';
import { createReferences } from './references.ts';

const resource: Resource = { group: 'g', version: 'v1', kind: 'Shelf', plural: 'shelves', namespaced: true };
const key: ObjectKey = { namespace: 'team', name: 's' };
let reads: string[] = [];
let answers: (KubernetesObject | ClusterError | undefined)[] = [];

beforeEach(() => {
  reads = [];
  answers = [];
});

function clusterNamed(name: string): Cluster {
  return {
    name,
    async get({ kind }: Resource, { namespace, name: object }: ObjectKey) {
      reads.push(`${name} ${kind} ${namespace}/${object}`);
      const answer = answers.shift();
      if (answer instanceof ClusterError) throw answer;
      return answer;
    },
  } as Partial<Cluster> as Cluster;
}

function shelf(resourceVersion: string): KubernetesObject {
  return { apiVersion: 'g/v1', kind: 'Shelf', metadata: { name: 's', namespace: 'team', uid: 'u', resourceVersion } };
}

it('reads an object once, for those who ask at the same time and for those who ask later', async () => {
  answers = [shelf('1'), shelf('2')];
  const references = createReferences();
  const blue = clusterNamed('blue');

  const together = await Promise.all([references.read(blue, resource, key), references.read(blue, resource, key)]);

  expect(together).toEqual([shelf('1'), shelf('1')]);
  expect(await references.read(blue, resource, key)).toEqual(shelf('1'));
  expect(reads).toEqual(['blue Shelf team/s']);
});

it('remembers that there is none', async () => {
  const references = createReferences();
  const blue = clusterNamed('blue');

  expect(await references.read(blue, resource, key)).toBeUndefined();
  expect(await references.read(blue, resource, key)).toBeUndefined();

  expect(reads).toHaveLength(1);
});

it('keeps clusters, kinds, namespaces and names apart, and one batch from the next', async () => {
  const references = createReferences();
  const other = { ...resource, kind: 'Owner' };
  const blue = clusterNamed('blue');
  await references.read(blue, resource, key);
  await references.read(clusterNamed('green'), resource, key);
  await references.read(blue, other, key);
  await references.read(blue, resource, { ...key, namespace: 'library' });
  await references.read(blue, resource, { ...key, name: 't' });
  await createReferences().read(blue, resource, key);

  expect(reads).toEqual([
    'blue Shelf team/s',
    'green Shelf team/s',
    'blue Owner team/s',
    'blue Shelf library/s',
    'blue Shelf team/t',
    'blue Shelf team/s',
  ]);
});

it('reads again after trouble', async () => {
  const trouble = new ClusterError('away', { status: 503 });
  answers = [trouble, shelf('1')];
  const references = createReferences();
  const blue = clusterNamed('blue');

  await expect(references.read(blue, resource, key)).rejects.toBe(trouble);

  expect(await references.read(blue, resource, key)).toEqual(shelf('1'));
});
