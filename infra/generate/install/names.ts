import { lanes } from '../../../lib/kinds/define.ts';
import { tools } from '../../../lib/tools.ts';
import { lineSlot } from './slots.ts';

export const product = 'konnect-reconciler';
export const forwarder = `${product}-forwarder`;

/** What the roles of the functions are called after `konnect-reconciler-`, in the order of README. */
export const functionNames = [...lanes, ...tools];

/** The role of a function, the group that has it, and the service account that may. */
export function functionRole(name: string): string {
  return `${product}-${name}`;
}

export const namespace = lineSlot(product, '{{ .Release.Namespace }}');

/** Metadata of what the install consists of; `component` is the forwarder or a function. */
export function metadata(name: string, component: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    name,
    ...more,
    labels: {
      ...selector(component),
      'app.kubernetes.io/part-of': product,
      'app.kubernetes.io/managed-by': lineSlot(undefined, '{{ .Release.Service }}'),
      'helm.sh/chart': lineSlot(undefined, '{{ .Chart.Name }}-{{ .Chart.Version }}'),
    },
  };
}

export function selector(component: string) {
  return { 'app.kubernetes.io/name': product, 'app.kubernetes.io/component': component };
}
