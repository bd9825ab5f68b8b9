import { parseAllDocuments } from 'yaml';
import { createCluster } from '../../lib/cluster/client.ts';
import { createStoredCredentials } from '../../lib/cluster/credentials.ts';
import { pathOf } from '../../lib/cluster/paths.ts';
import { createTransport } from '../../lib/cluster/transport.ts';
import {
  configMapResource,
  isRecord,
  type KubernetesObject,
  type Resource,
  secretResource,
} from '../../lib/engine/objects.ts';
import type { Cluster, NewObject } from '../../lib/engine/ports.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { Sensitive } from '../../lib/sensitive.ts';

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' };

/** What the local stack applies itself, beside our kinds. */
const resources: readonly Resource[] = [
  secretResource,
  configMapResource,
  { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  { ...rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false },
  { ...rbac, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', namespaced: false },
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
  ...kinds.map(({ resource }) => resource),
];

/** The rows of a Table as the API server prints them for `kubectl get`. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A person with all rights, at any API server: what `kubectl apply` and `kubectl get` do. */
export interface Admin extends Cluster {
  /** Creates or merge-patches each document; returns the objects as the API server answered. */
  apply(yaml: string): Promise<readonly KubernetesObject[]>;
  table(resource: Resource, namespace: string): Promise<Table>;
  close(): Promise<void>;
}

export function createAdmin(kubeconfig: string): Admin {
  const credentials = createStoredCredentials({
    load: async () => new Sensitive(kubeconfig),
    aws: () => Promise.reject(new Error('a kubeconfig needs no AWS keys')),
    clock: { now: () => new Date() },
  });
  const cluster = createCluster({ name: 'admin', credentials, timeoutMs: 30_000, fieldManager: 'kubectl' });
  const transport = createTransport({ cluster: 'admin', credentials, timeoutMs: 30_000, userAgent: 'admin' });
  return {
    ...cluster,
    async apply(yaml) {
      const applied: KubernetesObject[] = [];
      for (const document of parseAllDocuments(yaml)) {
        const value: unknown = document.toJS();
        if (isRecord(value)) applied.push(await applyOne(cluster, value));
      }
      return applied;
    },
    async table(resource, namespace) {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      const path = pathOf(resource, namespace);
      const { body } = await transport.send({ what: `get ${resource.plural}`, method: 'GET', path, accept });
      return parseTable(body);
    },
    async close() {
      await Promise.all([cluster.close(), transport.close()]);
    },
  };
}

async function applyOne(cluster: Cluster, document: Readonly<Record<string, unknown>>): Promise<KubernetesObject> {
  const resource = resourceOf(document);
  const object = { ...document, metadata: withNamespace(resource, document['metadata']) } as NewObject;
  const { name, namespace } = object.metadata;
  const key = namespace === undefined ? { name } : { namespace, name };
  const present = await cluster.get(resource, key);
  return present === undefined ? cluster.create(resource, object) : cluster.patch(resource, key, { ...object });
}

function withNamespace({ namespaced }: Resource, metadata: unknown): Readonly<Record<string, unknown>> {
  const given = isRecord(metadata) ? metadata : {};
  return namespaced ? { namespace: 'default', ...given } : given;
}

function resourceOf({ apiVersion, kind }: Readonly<Record<string, unknown>>): Resource {
  const found = resources.find(
    ({ group, version, kind: own }) => own === kind && apiVersion === (group === '' ? version : `${group}/${version}`),
  );
  if (found === undefined)
    throw new Error(`cannot apply ${String(kind)} of ${String(apiVersion)}: no such resource is known here`);
  return found;
}

function parseTable(body: string): Table {
  const table: unknown = JSON.parse(body);
  const definitions = isRecord(table) && Array.isArray(table['columnDefinitions']) ? table['columnDefinitions'] : [];
  const shown = definitions
    .map((column: { name: string; priority?: number }, index) => ({ ...column, index }))
    .filter(({ priority = 0 }) => priority === 0);
  const rows = isRecord(table) && Array.isArray(table['rows']) ? table['rows'] : [];
  return {
    columns: shown.map(({ name }) => name.toUpperCase()),
    rows: rows.map(({ cells }: { cells: readonly unknown[] }) =>
      shown.map(({ index }) => String(cells[index] ?? '<none>')),
    ),
  };
}

/** Prints a table as kubectl does: three spaces between columns. */
export function printTable({ columns, rows }: Table): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
