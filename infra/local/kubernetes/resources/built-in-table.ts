import { at, listOf, objectOf, textOf } from '../json.ts';
import { label1035Problems, labelProblems, segmentProblems } from '../meta/names.ts';
import {
  bindingColumns,
  deploymentColumns,
  eventColumns,
  networkPolicyColumns,
  podDisruptionBudgetColumns,
  serviceColumns,
} from '../print/built-in-columns.ts';
import { ageColumn, countColumn, defaultColumns, nameColumn, textColumn } from '../print/columns.ts';
import type { Oddities } from './built-in-rules.ts';
import { configMap } from './kinds/config-map.ts';
import { customResourceDefinition } from './kinds/custom-resource-definition.ts';
import { coreEvent, newEvent } from './kinds/events.ts';
import { namespace } from './kinds/namespace.ts';
import { networkPolicy, podDisruptionBudget } from './kinds/policies.ts';
import { binding, role } from './kinds/rbac.ts';
import { secret } from './kinds/secret.ts';
import { deployment, service } from './kinds/workloads.ts';
import { allVerbs, type Column, type Verb } from './resource.ts';

/** One row of the table of built-in resources. */
export interface BuiltIn extends Oddities {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly model: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs?: readonly Verb[];
  readonly columns?: readonly Column[];
  /** The collection in the store, when it is not that of the resource's own name. */
  readonly collection?: string;
}

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', nameCheck: segmentProblems } as const;
const authorization = { group: 'authorization.k8s.io', version: 'v1', namespaced: false, verbs: ['create'] } as const;
const core = { group: '', version: 'v1' } as const;
const all = ['all'] as const;

function dataCount(fields: readonly string[]): Column {
  const count = (object: Parameters<Column['cell']>[0]): number =>
    fields.reduce((sum, field) => sum + Object.keys(objectOf(object[field])).length, 0);
  return { ...countColumn('Data', count), type: 'string' };
}

/** Every built-in resource; what is particular about a kind stands in its file under kinds/. */
export const builtIns: readonly BuiltIn[] = [
  {
    ...core,
    ...namespace,
    kind: 'Namespace',
    plural: 'namespaces',
    namespaced: false,
    model: 'V1Namespace',
    shortNames: ['ns'],
    nameCheck: labelProblems,
    verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
    columns: [nameColumn, textColumn('Status', (object) => at(object, 'status', 'phase') ?? ''), ageColumn],
  },
  {
    ...core,
    ...secret,
    kind: 'Secret',
    plural: 'secrets',
    namespaced: true,
    model: 'V1Secret',
    columns: [nameColumn, textColumn('Type', (object) => object['type'] ?? ''), dataCount(['data']), ageColumn],
  },
  {
    ...core,
    ...configMap,
    kind: 'ConfigMap',
    plural: 'configmaps',
    namespaced: true,
    model: 'V1ConfigMap',
    shortNames: ['cm'],
    columns: [nameColumn, dataCount(['data', 'binaryData']), ageColumn],
  },
  {
    ...core,
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    namespaced: true,
    model: 'V1ServiceAccount',
    shortNames: ['sa'],
    columns: [
      nameColumn,
      { ...countColumn('Secrets', (object) => listOf(object['secrets']).length), type: 'string' },
      ageColumn,
    ],
  },
  {
    ...core,
    ...coreEvent,
    kind: 'Event',
    plural: 'events',
    namespaced: true,
    model: 'CoreV1Event',
    shortNames: ['ev'],
    columns: eventColumns,
  },
  {
    ...core,
    ...service,
    kind: 'Service',
    plural: 'services',
    namespaced: true,
    model: 'V1Service',
    shortNames: ['svc'],
    categories: all,
    nameCheck: label1035Problems,
    columns: serviceColumns,
  },
  {
    ...newEvent,
    collection: 'events',
    group: 'events.k8s.io',
    version: 'v1',
    kind: 'Event',
    plural: 'events',
    namespaced: true,
    model: 'EventsV1Event',
    shortNames: ['ev'],
    columns: eventColumns,
  },
  {
    ...deployment,
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    plural: 'deployments',
    namespaced: true,
    model: 'V1Deployment',
    shortNames: ['deploy'],
    categories: all,
    columns: deploymentColumns,
  },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    namespaced: true,
    model: 'V1NetworkPolicy',
    shortNames: ['netpol'],
    ...networkPolicy,
    columns: networkPolicyColumns,
  },
  {
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    namespaced: true,
    model: 'V1PodDisruptionBudget',
    shortNames: ['pdb'],
    ...podDisruptionBudget,
    columns: podDisruptionBudgetColumns,
  },
  {
    createOnUpdate: true,
    complete: (object) => ({ ...object, spec: objectOf(object['spec']) }),
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    plural: 'leases',
    namespaced: true,
    model: 'V1Lease',
    columns: [
      nameColumn,
      textColumn('Holder', (object) => textOf(at(object, 'spec', 'holderIdentity')) ?? ''),
      ageColumn,
    ],
  },
  { ...rbac, ...role, kind: 'Role', plural: 'roles', namespaced: true, model: 'V1Role', columns: defaultColumns },
  {
    ...rbac,
    ...role,
    kind: 'ClusterRole',
    plural: 'clusterroles',
    namespaced: false,
    model: 'V1ClusterRole',
    columns: defaultColumns,
  },
  {
    ...rbac,
    ...binding,
    kind: 'RoleBinding',
    plural: 'rolebindings',
    namespaced: true,
    model: 'V1RoleBinding',
    columns: bindingColumns,
  },
  {
    ...rbac,
    ...binding,
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
    namespaced: false,
    model: 'V1ClusterRoleBinding',
    columns: bindingColumns,
  },
  {
    ...customResourceDefinition,
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    namespaced: false,
    model: 'V1CustomResourceDefinition',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    columns: defaultColumns,
  },
  {
    ...authorization,
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    model: 'V1SelfSubjectAccessReview',
  },
  {
    ...authorization,
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    model: 'V1SelfSubjectRulesReview',
  },
  {
    ...authorization,
    kind: 'SubjectAccessReview',
    plural: 'subjectaccessreviews',
    model: 'V1SubjectAccessReview',
  },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    namespaced: false,
    verbs: ['create'],
    model: 'V1SelfSubjectReview',
  },
];
