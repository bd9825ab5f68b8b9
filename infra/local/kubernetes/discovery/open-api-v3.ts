import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { operationsOf } from './operations.ts';
import { schemasOf } from './schemas.ts';

const prefix = '#/components/schemas/';

function pathOf({ group, version }: Resource): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

interface Cached {
  readonly generation: number;
  readonly documents: Map<string, JsonObject>;
}

const caches = new WeakMap<Registry, Cached>();

function documentsOf(registry: Registry): Map<string, JsonObject> {
  const cached = caches.get(registry);
  if (cached?.generation === registry.generation()) return cached.documents;
  const documents = new Map<string, JsonObject>();
  caches.set(registry, { generation: registry.generation(), documents });
  return documents;
}

function build(registry: Registry, resources: readonly Resource[]): JsonObject {
  const { schemas, nameOf } = schemasOf(registry, resources, prefix);
  const paths = Object.fromEntries(
    resources.flatMap((resource) => operationsOf(resource, `${prefix}${nameOf(resource)}`)),
  );
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.34.0' },
    paths,
    components: {
      schemas,
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  };
}

/** `/openapi/v3/<path>`: the document of a group and version; undefined when nothing is served there. */
export function openApiV3(registry: Registry, path: readonly string[]): JsonObject | undefined {
  const wanted = path.join('/');
  const resources = registry.all().filter((resource) => pathOf(resource) === wanted);
  if (resources.length === 0) return undefined;
  const documents = documentsOf(registry);
  const known = documents.get(wanted);
  if (known !== undefined) return known;
  const document = build(registry, resources);
  documents.set(wanted, document);
  return document;
}

/** `/openapi/v3`: where the documents are; the hash in a URL changes with the document. */
export function openApiIndex(registry: Registry): JsonObject {
  const paths = [...new Set(registry.all().map(pathOf))];
  const entries = paths.map((path) => {
    const served = registry.all().filter((resource) => pathOf(resource) === path);
    const content = served.map((one) => [apiVersionOf(one), one.kind, registry.schemaOf(one) ?? null]);
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').toUpperCase();
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(entries) };
}
