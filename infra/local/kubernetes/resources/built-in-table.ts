import { at, objectOf, textOf } from '../json.ts';
import { segmentProblems } from '../meta/names.ts';
import {
  bindingColumns,
  deploymentColumns,
  networkPolicyColumns,
  podDisruptionBudgetColumns,
} from '../print/built-in-columns.ts';
import { ageColumn, defaultColumns, describe, nameColumn, textColumn } from '../print/columns.ts';
import { eventColumns } from '../print/event-columns.ts';
import type { BuiltIn } from './built-in.ts';
import { coreResources } from './built-in-core.ts';
import { customResourceDefinition } from './kinds/custom-resource-definition.ts';
import { newEvent } from './kinds/events.ts';
import { networkPolicy, podDisruptionBudget } from './kinds/policies.ts';
import { binding, role } from './kinds/rbac.ts';
import { deployment } from './kinds/workloads.ts';

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', nameCheck: segmentProblems } as const;
const authorization = { group: 'authorization.k8s.io', version: 'v1', namespaced: false, verbs: ['create'] } as const;

/** Every built-in resource: those of the core group first. */
export const builtIns: readonly BuiltIn[] = [
  ...coreResources,
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
    categories: ['all'],
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
    columns: describe(
      [nameColumn, textColumn('Holder', (object) => textOf(at(object, 'spec', 'holderIdentity')) ?? ''), ageColumn],
      { Holder: 'V1LeaseSpec.holderIdentity' },
    ),
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
