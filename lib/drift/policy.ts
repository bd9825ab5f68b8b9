import { driftPolicyAnnotation, orphanPolicyAnnotation } from '../engine/names.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import { type DriftPolicy, driftPolicies } from './report.ts';

/** What is to be done about an object that Konnect has otherwise: its own annotation, else its namespace's, else repair. */
export function policyOf(object: KubernetesObject, namespace: KubernetesObject | undefined): DriftPolicy {
  return said(object, driftPolicyAnnotation) ?? said(namespace, driftPolicyAnnotation) ?? 'repair';
}

/** The same for entities in a control plane whose objects are gone; a deletion has to be asked for. */
export function orphanPolicyOf(
  controlPlane: KubernetesObject | undefined,
  namespace: KubernetesObject | undefined,
): DriftPolicy {
  return said(controlPlane, orphanPolicyAnnotation) ?? said(namespace, orphanPolicyAnnotation) ?? 'report';
}

/** A value that nobody knows is none: it must not turn into a deletion. */
function said(object: KubernetesObject | undefined, annotation: string): DriftPolicy | undefined {
  const value = object?.metadata.annotations?.[annotation];
  return driftPolicies.find((policy) => policy === value);
}
