import { invalidField } from '../../field-errors.ts';
import { at, listOf, objectOf } from '../../json.ts';
import type { KubernetesObject } from '../../object.ts';
import type { Oddities } from '../built-in-rules.ts';

function completePolicy(object: KubernetesObject): KubernetesObject {
  const spec = objectOf(object['spec']);
  const egress = listOf(spec['egress']).length > 0 ? ['Egress'] : [];
  return { ...object, spec: { ...spec, policyTypes: spec['policyTypes'] ?? ['Ingress', ...egress] } };
}

/** Network policies: stored, but nothing is filtered. */
export const networkPolicy: Oddities = { generation: true, complete: completePolicy };

const noPods = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

/** Pod disruption budgets: stored, but there are no pods. */
export const podDisruptionBudget: Oddities = {
  generation: true,
  status: true,
  create: (object) => ({ ...object, status: noPods }),
  check(object) {
    const { minAvailable, maxUnavailable } = objectOf(at(object, 'spec'));
    if (minAvailable === undefined || maxUnavailable === undefined) return [];
    const shown = {
      MinAvailable: minAvailable,
      Selector: null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: null,
    };
    return [invalidField('spec', shown, 'minAvailable and maxUnavailable cannot be both set')];
  },
};
