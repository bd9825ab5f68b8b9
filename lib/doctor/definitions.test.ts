import { expect, it } from 'vitest';
import type { KubernetesObject } from '../engine/objects.ts';
import type { Kind } from '../kinds/define.ts';
import { kinds } from '../kinds/registry.gen.ts';
import { findingsOf, lackOf } from './definitions.ts';

const [first, second, third] = kinds;

/** A definition that has every field of the kind but those named. */
function definitionOf(kind: Kind, without: readonly string[] = [], version = kind.resource.version): KubernetesObject {
  const leaveOut = (key: string, value: unknown): unknown => (without.includes(key) ? undefined : value);
  const openAPIV3Schema: unknown = JSON.parse(JSON.stringify(kind.schema(), leaveOut));
  const metadata = { name: kind.resource.plural, uid: 'u', resourceVersion: '1' };
  const versions = [{ name: version, served: true, schema: { openAPIV3Schema } }];
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec: { versions } };
}

it('tells in one line what kinds lack alike, and of each what it lacks alone', () => {
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three kinds');
  const found = findingsOf([
    lackOf(first, definitionOf(first)),
    lackOf(second, definitionOf(second, ['spec'])),
    lackOf(third, definitionOf(third, ['spec'])),
    lackOf(first, undefined),
    lackOf(second, definitionOf(second, [], 'v9')),
  ]);

  expect(found).toMatchObject([
    { state: 'fine', message: '1 of 5 kinds are served with all their fields' },
    {
      state: 'unsure',
      message: `${second.resource.kind}, ${third.resource.kind}: served without spec`,
      fix: 'kubectl apply --server-side --force-conflicts -k infra/cluster/crds',
    },
    { state: 'wrong', message: `${first.resource.kind}: not installed` },
    { state: 'wrong', message: `${second.resource.kind}: not served as ${second.resource.version}, only as v9` },
  ]);
});
