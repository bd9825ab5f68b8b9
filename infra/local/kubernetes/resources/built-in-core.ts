import { at, listOf, objectOf } from '../json.ts';
import { label1035Problems, labelProblems } from '../meta/names.ts';
import { serviceColumns } from '../print/built-in-columns.ts';
import { ageColumn, countColumn, describe, nameColumn, textColumn } from '../print/columns.ts';
import { eventColumns } from '../print/event-columns.ts';
import type { BuiltIn } from './built-in.ts';
import { configMap } from './kinds/config-map.ts';
import { coreEvent } from './kinds/events.ts';
import { namespace } from './kinds/namespace.ts';
import { secret } from './kinds/secret.ts';
import { service } from './kinds/workloads.ts';
import { allVerbs, type Column } from './resource.ts';

const core = { group: '', version: 'v1' } as const;

function dataCount(fields: readonly string[]): Column {
  const count = (object: Parameters<Column['cell']>[0]): number =>
    fields.reduce((sum, field) => sum + Object.keys(objectOf(object[field])).length, 0);
  return { ...countColumn('Data', count), type: 'string' };
}

/** The built-in resources of the core group; what is particular about a kind stands in its file under kinds/. */
export const coreResources: readonly BuiltIn[] = [
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
    columns: describe([nameColumn, textColumn('Status', (object) => at(object, 'status', 'phase') ?? ''), ageColumn], {
      Status: 'The status of the namespace',
    }),
  },
  {
    ...core,
    ...secret,
    kind: 'Secret',
    plural: 'secrets',
    namespaced: true,
    model: 'V1Secret',
    columns: describe(
      [nameColumn, textColumn('Type', (object) => object['type'] ?? ''), dataCount(['data']), ageColumn],
      { Type: 'V1Secret.type', Data: 'V1Secret.data' },
    ),
  },
  {
    ...core,
    ...configMap,
    kind: 'ConfigMap',
    plural: 'configmaps',
    namespaced: true,
    model: 'V1ConfigMap',
    shortNames: ['cm'],
    columns: describe([nameColumn, dataCount(['data', 'binaryData']), ageColumn], { Data: 'V1ConfigMap.data' }),
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
    categories: ['all'],
    nameCheck: label1035Problems,
    columns: serviceColumns,
  },
];
