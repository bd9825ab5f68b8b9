import { at, isObject, type Json, textOf } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import type { Column } from '../resources/resource.ts';
import { ageOf } from './age.ts';
import { describe, nameColumn, textColumn } from './columns.ts';

/** The object an event is about: core events say involvedObject, events.k8s.io says regarding. */
function regarding(object: KubernetesObject): Json | undefined {
  return object['involvedObject'] ?? object['regarding'];
}

function seen(object: KubernetesObject, ...fields: readonly string[]): string | undefined {
  return fields.map((field) => textOf(object[field])).find((time) => time !== undefined);
}

function source(object: KubernetesObject): string {
  const from = object['source'] ?? object['deprecatedSource'];
  const component = textOf(at(from, 'component')) ?? textOf(object['reportingComponent']) ?? '';
  const host = textOf(at(from, 'host'));
  return host === undefined ? component : `${component}, ${host}`;
}

function subject(object: KubernetesObject): string {
  const about = regarding(object);
  return isObject(about) ? `${String(about['kind'] ?? '').toLowerCase()}/${about['name'] ?? ''}` : '';
}

export const eventColumns: readonly Column[] = describe(
  [
    textColumn(
      'Last Seen',
      (object) => seen(object, 'lastTimestamp', 'deprecatedLastTimestamp', 'eventTime', 'firstTimestamp') ?? '',
    ),
    textColumn('Type', (object) => object['type'] ?? ''),
    textColumn('Reason', (object) => object['reason'] ?? ''),
    textColumn('Object', subject),
    textColumn('Subobject', (object) => textOf(at(regarding(object), 'fieldPath')) ?? '', 1),
    textColumn('Source', source, 1),
    textColumn('Message', (object) => textOf(object['message'] ?? object['note'])?.trim() ?? ''),
    textColumn(
      'First Seen',
      (object) => seen(object, 'firstTimestamp', 'deprecatedFirstTimestamp', 'eventTime') ?? '',
      1,
    ),
    textColumn('Count', (object) => object['count'] ?? object['deprecatedCount'] ?? 1, 1),
    { ...nameColumn, priority: 1 },
  ],
  {
    'Last Seen': 'CoreV1Event.lastTimestamp',
    Type: 'CoreV1Event.type',
    Reason: 'CoreV1Event.reason',
    Object: 'CoreV1Event.involvedObject',
    Subobject: 'V1ObjectReference.fieldPath',
    Source: 'CoreV1Event.source',
    Message: 'CoreV1Event.message',
    'First Seen': 'CoreV1Event.firstTimestamp',
    Count: 'CoreV1Event.count',
  },
).map((column) => (column.name.endsWith(' Seen') ? { ...column, cell: aged(column.cell) } : column));

function aged(cell: Column['cell']): Column['cell'] {
  return (object, now) => ageOf(textOf(cell(object, now)) || undefined, now);
}
