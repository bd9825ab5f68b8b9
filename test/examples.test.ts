import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findKinds, kindsPath } from '../infra/generate/kinds.ts';
import { toOpenApi } from '../infra/generate/openapi.ts';
import { crdPath } from '../infra/generate/outputs.ts';
import { ClusterError } from '../lib/engine/errors.ts';
import {
  display,
  isRecord,
  type KubernetesObject,
  keyOf,
  type Resource,
  secretResource,
} from '../lib/engine/objects.ts';
import type { Cluster } from '../lib/engine/ports.ts';
import type { Kind } from '../lib/kinds/define.ts';
import { checkFields } from '../lib/kinds/schema.ts';
import { type ApiServer, apiServers } from './api-servers.ts';

/* The examples are what users copy: each must be accepted as it stands. */

const root = join(import.meta.dirname, '..');
const folders = await findKinds(root);
const kinds = folders.map(({ kind }) => kind);
const examples = folders.map(({ folder, kind }) => ({
  folder,
  kind,
  objects: documents(`${kindsPath}/${folder}/example.yaml`),
}));

describe.each(examples)('the example of $folder', ({ kind, objects }) => {
  it('has an object of the kind, and none of a kind that is not ours but the Secrets it needs', () => {
    expect(objects.map((object) => object.kind)).toContain(kind.resource.kind);
    for (const object of objects) expect(() => resourceOf(object)).not.toThrow();
  });

  it('passes the schemas, and has no field that they do not know', () => {
    for (const object of objects) {
      const own = kindOf(object);
      if (own === undefined) continue;
      expect(checkFields(own.schema(), object)).toEqual([]);
      const { apiVersion: _, kind: __, metadata: ___, ...fields } = object;
      expect(unknownFields(toOpenApi(own.schema(), own.resource.kind), fields, '')).toEqual([]);
    }
  });

  it('would be refused with a field that is misspelt', () => {
    const misspelt = { spec: { konnekt: { deep: true } }, status: { conditions: [{ typ: 'Ready' }] } };
    const found = unknownFields(toOpenApi(kind.schema(), kind.resource.kind), misspelt, '');
    // A few kinds have their fields at the top, and no spec at all.
    const spec = expect.stringMatching(/^\.spec(\.konnekt)? is not known$/);
    expect(found).toEqual([spec, '.status.conditions[0].typ is not known']);
  });

  it('holds no token but a placeholder', () => {
    expect(JSON.stringify(objects)).not.toMatch(/[ks]pat_(?!x+")/);
  });
});

it('describes an object that several examples need alike in all of them, so that they can be applied together', () => {
  const all = examples.flatMap(({ objects }) => objects);
  const byName = Map.groupBy(all, (object) => `${object.kind} ${display(keyOf(object))}`);
  const shared = [...byName.values()].filter((same) => same.length > 1);
  expect(shared.length).toBeGreaterThan(0);
  for (const [first, ...others] of shared) for (const other of others) expect(other).toEqual(first);
});

describe.each(apiServers)('$name', ({ missing, start }) => {
  let server: ApiServer | undefined;

  beforeAll(async () => {
    if (missing === undefined) server = await start();
  });

  afterAll(() => server?.[Symbol.asyncDispose]());

  it('accepts the CRDs and serves them', async ({ skip }) => {
    if (server === undefined) return skip(missing);
    const { cluster } = server;
    for (const { resource } of kinds) {
      for (const crd of documents(crdPath(resource))) await cluster.create(crdResource, crd);
      await vi.waitFor(() => cluster.list(resource), { timeout: 20_000 });
    }
  });

  it.for(examples)('accepts the example of $folder', async ({ objects }, { skip }) => {
    if (server === undefined) return skip(missing);
    const { cluster } = server;
    for (const object of objects) await createOrKeep(cluster, object);
    const present = await Promise.all(objects.map((object) => cluster.get(resourceOf(object), keyOf(object))));
    expect(present.map((object) => object?.spec)).toMatchObject(objects.map(({ spec }) => spec));
  });

  it('accepts the roles', async ({ skip }) => {
    if (server === undefined) return skip(missing);
    for (const role of documents('infra/cluster/base/rbac.gen.yaml')) {
      const created = await server.cluster.create(clusterRoleResource, role);
      expect(created['rules']).toEqual(role['rules']);
    }
  });
});

const crdResource: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
const clusterRoleResource: Resource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

/** Reads a YAML file below the root, as YAML 1.1, which Kubernetes reads. */
function documents(path: string): readonly KubernetesObject[] {
  const parsed = parseAllDocuments(readFileSync(join(root, path), 'utf8'), { version: '1.1' });
  return parsed.map((document) => {
    expect(document.errors, path).toEqual([]);
    return document.toJS();
  });
}

function kindOf({ apiVersion, kind }: KubernetesObject): Kind | undefined {
  return kinds.find(({ resource }) => resource.kind === kind && `${resource.group}/${resource.version}` === apiVersion);
}

function resourceOf(object: KubernetesObject): Resource {
  const resource = object.kind === 'Secret' ? secretResource : kindOf(object)?.resource;
  if (resource === undefined) throw new Error(`${object.apiVersion} ${object.kind} is no kind of ours`);
  return resource;
}

/** Examples share what they need: the one that comes second finds it there. */
async function createOrKeep(cluster: Cluster, object: KubernetesObject): Promise<void> {
  try {
    await cluster.create(resourceOf(object), object);
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason !== 'AlreadyExists') throw error;
  }
}

/** Fields of the value that the schema does not have: what an API server would drop. */
function unknownFields(schema: unknown, value: unknown, path: string): string[] {
  if (!isRecord(schema)) return [`${path} is not known`];
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownFields(schema['items'], item, `${path}[${index}]`));
  if (!isRecord(value)) return [];
  const { properties, additionalProperties } = schema;
  return Object.entries(value).flatMap(([name, field]) =>
    unknownFields(isRecord(properties) ? properties[name] : additionalProperties, field, `${path}.${name}`),
  );
}
