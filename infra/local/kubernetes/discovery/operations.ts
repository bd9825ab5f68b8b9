import type { JsonObject } from '../json.ts';
import type { Resource } from '../resources/resource.ts';

type Path = readonly [string, JsonObject];

const action: Readonly<Record<string, string>> = {
  get: 'get',
  post: 'post',
  put: 'put',
  patch: 'patch',
  delete: 'delete',
};

function text(name: string, description: string): JsonObject {
  return { name, in: 'query', description, schema: { type: 'string', uniqueItems: true } };
}

const dryRun = text('dryRun', 'When present, indicates that modifications should not be persisted.');
const fieldManager = text(
  'fieldManager',
  'fieldManager is a name associated with the actor or entity that is making these changes.',
);
const fieldValidation = text(
  'fieldValidation',
  'fieldValidation instructs the server on how to handle objects in the request containing unknown or duplicate fields.',
);
const write = [dryRun, fieldManager, fieldValidation];
const list = [
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'timeoutSeconds',
  'watch',
].map((name) => text(name, ''));

function body(reference: string, types: readonly string[]): JsonObject {
  return {
    requestBody: {
      content: Object.fromEntries(types.map((type) => [type, { schema: { $ref: reference } }])),
      required: true,
    },
  };
}

function operation(
  resource: Resource,
  method: string,
  parameters: readonly JsonObject[],
  reference: string,
  more: JsonObject = {},
): JsonObject {
  const { group, version, kind } = resource;
  const ok = { description: 'OK', content: { 'application/json': { schema: { $ref: reference } } } };
  return {
    'x-kubernetes-action': action[method] ?? method,
    'x-kubernetes-group-version-kind': { group, kind, version },
    parameters,
    responses: { '200': ok, '401': { description: 'Unauthorized' } },
    ...more,
  };
}

function pathParameter(name: string): JsonObject {
  return { name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } };
}

const patchReference = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

function objectMethods(resource: Resource, reference: string): JsonObject {
  const types = ['application/json-patch+json', 'application/merge-patch+json'];
  if (!resource.custom) types.push('application/strategic-merge-patch+json');
  return {
    get: operation(resource, 'get', [], reference),
    put: operation(resource, 'put', write, reference, body(reference, ['application/json'])),
    patch: operation(resource, 'patch', write, reference, body(patchReference, types)),
  };
}

/** The OpenAPI paths of a resource; `reference` is that of its schema. */
export function operationsOf(resource: Resource, reference: string): readonly Path[] {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const place = resource.namespaced ? `${root}/namespaces/{namespace}` : root;
  const shared = resource.namespaced ? [pathParameter('namespace')] : [];
  const create = { post: operation(resource, 'post', write, reference, body(reference, ['application/json'])) };
  const collection = `${place}/${resource.plural}`;
  if (!resource.verbs.includes('list')) return [[collection, { ...create, parameters: shared }]];
  const listing = { get: operation(resource, 'list', list, `${reference}List`) };
  const removal = { delete: operation(resource, 'delete', [dryRun], reference) };
  const named = [pathParameter('name'), ...shared];
  const everywhere: readonly Path[] = resource.namespaced ? [[`${root}/${resource.plural}`, listing]] : [];
  const status = resource.subresources.map(
    (name): Path => [`${collection}/{name}/${name}`, { ...objectMethods(resource, reference), parameters: named }],
  );
  return [
    ...everywhere,
    [collection, { ...listing, ...create, parameters: shared }],
    [`${collection}/{name}`, { ...objectMethods(resource, reference), ...removal, parameters: named }],
    ...status,
  ];
}
