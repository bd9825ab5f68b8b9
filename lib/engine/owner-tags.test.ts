import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelFaults } from '../../infra/local/konnect/control-planes/labels.ts';
import { controlPlaneKind } from '../../test/memory/manifests.ts';
import { namespace } from '../../test/memory/stage.ts';
import type { KubernetesObject } from './objects.ts';
import { labelValue, ownerTags } from './owner-tags.ts';
import type { Run } from './run.ts';

function objectOf(metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  const base = { name: 'one', namespace, uid: 'u', resourceVersion: '1', generation: 2 };
  return { apiVersion: 'v1', kind: 'Shop', metadata: { ...base, ...metadata } };
}

describe('ownerTags', () => {
  it("names the object in the words of Kong's operator, and the cluster", () => {
    const run = { object: objectOf(), kind: controlPlaneKind, cluster: { name: 'blue' } } as unknown as Run;

    expect(ownerTags(run)).toEqual({
      'k8s-generation': '2',
      'k8s-group': 'konnect.konghq.com',
      'k8s-kind': 'KonnectGatewayControlPlane',
      'k8s-name': 'one',
      'k8s-namespace': namespace,
      'k8s-uid': 'u',
      'k8s-version': 'v1alpha1',
      'k8s-cluster': 'blue',
      'managed-by': 'konnect-reconciler',
    });
  });
});

describe('labelValue', () => {
  it.each([
    { reason: 'a name stays as it is', text: 'gateway-1.team_a', wanted: 'gateway-1.team_a' },
    { reason: 'T59 a long name is cut', text: 'a'.repeat(253), wanted: 'a'.repeat(63) },
    { reason: 'a cut leaves no dash at the end', text: `${'a'.repeat(62)}-${'b'.repeat(20)}`, wanted: 'a'.repeat(62) },
    { reason: 'what a label must not hold', text: 'a/b c', wanted: 'a-b-c' },
    { reason: 'T59 characters of two units are one', text: `a${'😀'.repeat(61)}b`, wanted: `a${'-'.repeat(61)}b` },
    { reason: 'nothing that is left', text: '///', wanted: 'x' },
    { reason: 'an empty text', text: '', wanted: 'x' },
  ])('$reason', ({ text, wanted }) => {
    expect(labelValue(text)).toBe(wanted);
  });

  it('is always one that Konnect takes, and a uid stays whole', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        expect(labelFaults({ a: labelValue(text) })).toEqual([]);
      }),
    );
    fc.assert(fc.property(fc.uuid(), (uid) => labelValue(uid) === uid));
  });
});
