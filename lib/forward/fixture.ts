import * as Type from 'typebox';
import { finalizer } from '../engine/names.ts';
import { isRecord, type KubernetesObject, type ObjectKey, secretResource, statusOf } from '../engine/objects.ts';
import type { Log } from '../engine/ports.ts';
import type { ObjectEventData } from '../events/event.ts';
import { defineKind, type Kind, type Lane, type Ref } from '../kinds/define.ts';

// A made-up chain of kinds, as any set of kinds could be: vault ← plane ← depot ← shelf; a vault is woken by its Secret.

function keysOf(object: KubernetesObject, field: string): readonly ObjectKey[] {
  const named = isRecord(object.spec) ? object.spec[field] : undefined;
  return (Array.isArray(named) ? named : named === undefined ? [] : [named]).map((text: unknown) => {
    const [namespace, name] = String(text).split('/');
    return name === undefined ? { name: String(namespace) } : { namespace: String(namespace), name };
  });
}

function refTo(kind: string, name: string, through?: string): Ref {
  return {
    name,
    kind,
    targets: (object) => keysOf(object, name),
    judge: () => ({ conditions: [], usable: true }),
    ...(through === undefined ? {} : { through }),
  };
}

function kindOf(kind: string, lane: Lane, more: Partial<Kind>): Kind {
  const resource = {
    group: 'warehouse.example',
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: true,
  };
  return defineKind({
    resource,
    singular: kind.toLowerCase(),
    categories: [],
    lane,
    description: `A ${kind.toLowerCase()}.`,
    schema: () => Type.Object({}),
    columns: [],
    mainCondition: 'Programmed',
    refs: [],
    offers: (object) => ({ id: statusOf(object)['id'] }),
    ...more,
  });
}

export const vault = kindOf('Vault', 'auth', {
  wakes: [{ resource: secretResource, targets: (object) => keysOf(object, 'secret') }],
  recheckSeconds: 3600,
  heldWhileReferenced: true,
});
export const plane = kindOf('Plane', 'control-plane', { refs: [refTo('Vault', 'vault')] });
export const depot = kindOf('Depot', 'entity', {
  refs: [refTo('Plane', 'plane'), refTo('Vault', 'vault', 'plane')],
  notes: ['konnect-reconciler.io/dock'],
});
export const shelf = kindOf('Shelf', 'entity', {
  refs: [refTo('Depot', 'depot'), refTo('Plane', 'plane', 'depot'), refTo('Vault', 'vault', 'plane')],
});
/** Woken by the Secrets of its vault; depots that it names must learn of it, though it does not need them. */
export const crate = kindOf('Crate', 'entity', {
  refs: [refTo('Vault', 'vault')],
  wakes: [{ resource: secretResource, through: 'vault', targets: () => [] }],
  informs: [{ kind: 'Depot', targets: (object) => keysOf(object, 'depots') }],
});
export const warehouse = [vault, plane, depot, shelf];

/** The CRDs of the kinds, for an API server. */
export const warehouseCrds = warehouse.map(({ resource, singular }) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${resource.plural}.${resource.group}` },
  spec: {
    group: resource.group,
    scope: 'Namespaced',
    names: { kind: resource.kind, plural: resource.plural, singular },
    versions: [
      {
        name: resource.version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
}));

export interface Given {
  readonly namespace?: string;
  readonly uid?: string;
  readonly version?: number;
  readonly generation?: number;
  readonly spec?: Readonly<Record<string, unknown>>;
  /** What `offers` gives, in the status. */
  readonly id?: string;
  /** The generation for which the main condition is True. */
  readonly programmed?: number;
  readonly deleting?: boolean;
  readonly metadata?: Partial<KubernetesObject['metadata']>;
}

/** An object as the API server would give it. */
export function objectOf(kind: Kind, name: string, given: Given = {}): KubernetesObject {
  const { namespace = 'team', uid = `uid-${name}`, version = 1, generation = 1, spec = {} } = given;
  const { group, version: apiVersion, kind: kindName } = kind.resource;
  const condition = { type: kind.mainCondition, status: 'True', observedGeneration: given.programmed };
  return {
    apiVersion: `${group}/${apiVersion}`,
    kind: kindName,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(version),
      generation,
      ...(given.deleting === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      // What we programmed we hold.
      ...(given.programmed === undefined ? {} : { finalizers: [finalizer] }),
      ...given.metadata,
    },
    spec,
    status: { id: given.id, conditions: given.programmed === undefined ? [] : [condition] },
  };
}

/** A Secret as a metadata-only watch gives it. */
export function secretOf(name: string, version: number, namespace = 'team'): KubernetesObject {
  const metadata = { name, namespace, uid: `uid-${name}`, resourceVersion: String(version) };
  return { apiVersion: 'v1', kind: 'Secret', metadata };
}

/** Events in words. */
export const brief = (events: readonly ObjectEventData[]) =>
  events.map(({ kind, name, cause }) => `${cause} ${kind}/${name}`);

export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines. */
export function keptLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Log) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, message, fields });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
