import { type FieldError, invalidField, required } from '../../field-errors.ts';
import { at, type Json, type JsonObject, textOf } from '../../json.ts';
import type { KubernetesObject } from '../../object.ts';
import type { Oddities } from '../built-in-rules.ts';

// The two event APIs show the same stored objects with different names: core name, name in events.k8s.io.
const names: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function renamed(object: KubernetesObject, pairs: readonly (readonly [string, string])[], apiVersion: string) {
  const to = new Map(pairs);
  const entries = Object.entries(object).map(([key, value]) => [to.get(key) ?? key, value]);
  const { kind, metadata } = object;
  return { ...Object.fromEntries(entries), apiVersion, kind, metadata };
}

function store(event: KubernetesObject): KubernetesObject {
  const stored = renamed(
    event,
    names.map(([core, other]) => [other, core]),
    'v1',
  );
  return completeCore(stored);
}

function read(stored: KubernetesObject): KubernetesObject {
  const { reportingController, reportingInstance, ...event } = renamed(stored, names, 'events.k8s.io/v1');
  return {
    ...event,
    ...(textOf(reportingController) ? { reportingController } : {}),
    ...(textOf(reportingInstance) ? { reportingInstance } : {}),
  };
}

/** Fields that are always there, as Go writes structs. */
function completeCore(object: KubernetesObject): KubernetesObject {
  const empty: JsonObject = {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  };
  return { ...empty, ...object };
}

function namespaceErrors(object: KubernetesObject, about: Json | undefined): readonly FieldError[] {
  const other = textOf(at(about, 'namespace')) ?? '';
  const { namespace = '' } = object.metadata;
  if (other === namespace || (other === '' && namespace === 'default')) return [];
  return [invalidField('involvedObject.namespace', other, 'does not match event.namespace')];
}

const selectable = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
];

/** Events of the core group. */
export const coreEvent: Oddities = {
  createOnUpdate: true,
  selectable,
  complete: completeCore,
  check: (object) => namespaceErrors(object, object['involvedObject']),
};

function newEventErrors(object: KubernetesObject): readonly FieldError[] {
  const missing = object['eventTime'] === null || object['eventTime'] === undefined;
  const wrongPlace = namespaceErrors(object, object['regarding']);
  if (missing) return [required('eventTime'), ...wrongPlace];
  const needed = ['reportingController', 'reportingInstance', 'action', 'reason'];
  return [...needed.filter((field) => !textOf(object[field])).map((field) => required(field)), ...wrongPlace];
}

/** Events of events.k8s.io: the same objects under other names. */
export const newEvent: Oddities = {
  createOnUpdate: true,
  store,
  read,
  check: newEventErrors,
};
