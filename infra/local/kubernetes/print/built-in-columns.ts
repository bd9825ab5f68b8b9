import { at, type Json, listOf, objectOf, textOf, textsOf } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import type { Column } from '../resources/resource.ts';
import { ageColumn, countColumn, describe, nameColumn, textColumn } from './columns.ts';

const none = '<none>';

function texts(list: Json | undefined, field: string): readonly string[] {
  return listOf(list).flatMap((item) => textOf(at(item, field)) ?? []);
}

/** A label selector in the form of the command line. */
function selectorText(selector: Json | undefined): string {
  const equal = Object.entries(objectOf(selector)).map(([key, value]) => `${key}=${value}`);
  return equal.length === 0 ? none : equal.sort().join(',');
}

function portText(port: Json): string {
  const number = at(port, 'port');
  const node = at(port, 'nodePort');
  const protocol = textOf(at(port, 'protocol')) ?? 'TCP';
  return typeof node === 'number' && node > 0 ? `${number}:${node}/${protocol}` : `${number}/${protocol}`;
}

function externalAddress(object: KubernetesObject): string {
  const { type, externalName } = objectOf(object['spec']);
  if (type === 'ExternalName') return textOf(externalName) ?? '';
  const given = textsOf(at(object, 'spec', 'externalIPs'));
  const ingress = texts(at(object, 'status', 'loadBalancer', 'ingress'), 'ip');
  const addresses = [...ingress, ...given];
  if (addresses.length > 0) return addresses.join(',');
  return type === 'LoadBalancer' ? '<pending>' : none;
}

export const serviceColumns: readonly Column[] = describe(
  [
    nameColumn,
    textColumn('Type', (object) => at(object, 'spec', 'type') ?? ''),
    textColumn('Cluster-IP', (object) => textOf(at(object, 'spec', 'clusterIP')) ?? none),
    textColumn('External-IP', externalAddress),
    textColumn(
      'Port(s)',
      (object) =>
        listOf(at(object, 'spec', 'ports'))
          .map(portText)
          .join(',') || none,
    ),
    ageColumn,
    textColumn('Selector', (object) => selectorText(at(object, 'spec', 'selector')), 1),
  ],
  {
    Type: 'V1ServiceSpec.type',
    'Cluster-IP': 'V1ServiceSpec.clusterIP',
    'External-IP': 'V1ServiceSpec.externalIPs',
    'Port(s)': 'V1ServiceSpec.ports',
    Selector: 'V1ServiceSpec.selector',
  },
);

function statusCount(object: KubernetesObject, field: string): number {
  const value = at(object, 'status', field);
  return typeof value === 'number' ? value : 0;
}

function containers(object: KubernetesObject): Json | undefined {
  return at(object, 'spec', 'template', 'spec', 'containers');
}

export const deploymentColumns: readonly Column[] = describe(
  [
    nameColumn,
    textColumn('Ready', (object) => `${statusCount(object, 'readyReplicas')}/${at(object, 'spec', 'replicas') ?? 0}`),
    { ...countColumn('Up-to-date', (object) => statusCount(object, 'updatedReplicas')), type: 'string' },
    { ...countColumn('Available', (object) => statusCount(object, 'availableReplicas')), type: 'string' },
    ageColumn,
    textColumn('Containers', (object) => texts(containers(object), 'name').join(','), 1),
    textColumn('Images', (object) => texts(containers(object), 'image').join(','), 1),
    textColumn('Selector', (object) => selectorText(at(object, 'spec', 'selector', 'matchLabels')), 1),
  ],
  {
    Ready: 'Number of the pod with ready state',
    'Up-to-date': 'V1DeploymentStatus.updatedReplicas',
    Available: 'V1DeploymentStatus.availableReplicas',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    Selector: 'V1DeploymentSpec.selector',
  },
);

export const networkPolicyColumns: readonly Column[] = describe(
  [
    nameColumn,
    textColumn('Pod-Selector', (object) => selectorText(at(object, 'spec', 'podSelector', 'matchLabels'))),
    ageColumn,
  ],
  { 'Pod-Selector': 'V1NetworkPolicySpec.podSelector' },
);

function bound(object: KubernetesObject, field: string): string {
  return String(at(object, 'spec', field) ?? 'N/A');
}

export const podDisruptionBudgetColumns: readonly Column[] = describe(
  [
    nameColumn,
    textColumn('Min Available', (object) => bound(object, 'minAvailable')),
    textColumn('Max Unavailable', (object) => bound(object, 'maxUnavailable')),
    countColumn('Allowed Disruptions', (object) => statusCount(object, 'disruptionsAllowed')),
    ageColumn,
  ],
  {
    'Min Available': 'The minimum number of pods that must be available.',
    'Max Unavailable': 'The maximum number of pods that may be unavailable.',
    'Allowed Disruptions': 'Calculated number of pods that may be disrupted at this time.',
  },
);

function subjects(object: KubernetesObject, kind: string): string {
  const found = listOf(object['subjects']).filter((subject) => at(subject, 'kind') === kind);
  const name = (subject: Json): string => {
    const namespace = textOf(at(subject, 'namespace'));
    const own = textOf(at(subject, 'name')) ?? '';
    return kind === 'ServiceAccount' ? `${namespace ?? ''}/${own}` : own;
  };
  return found.map(name).join(', ');
}

export const bindingColumns: readonly Column[] = describe(
  [
    nameColumn,
    textColumn('Role', (object) => `${at(object, 'roleRef', 'kind')}/${at(object, 'roleRef', 'name')}`),
    ageColumn,
    textColumn('Users', (object) => subjects(object, 'User'), 1),
    textColumn('Groups', (object) => subjects(object, 'Group'), 1),
    textColumn('ServiceAccounts', (object) => subjects(object, 'ServiceAccount'), 1),
  ],
  {
    Role: 'V1RoleBinding.roleRef',
    Users: 'Users in the roleBinding',
    Groups: 'Groups in the roleBinding',
    ServiceAccounts: 'ServiceAccounts in the roleBinding',
  },
);
