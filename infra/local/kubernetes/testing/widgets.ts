import type { JsonObject } from '../json.ts';
import type { ApiClient } from './client.ts';

const group = 'test.example.com';

/** Where widgets of a namespace are served. */
export function widgetsPath(namespace: string, name = '', subresource = ''): string {
  const rest = [name, subresource].filter((part) => part !== '').map((part) => `/${part}`);
  return `/apis/${group}/v1/namespaces/${namespace}/widgets${rest.join('')}`;
}

/** A widget; `spec` goes over the smallest valid one. */
export function widget(
  name: string,
  spec: JsonObject = {},
  metadata: JsonObject = {},
  rest: JsonObject = {},
): JsonObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { name, ...metadata },
    spec: { size: 'small', ...spec },
    ...rest,
  };
}

const specSchema: JsonObject = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'string', enum: ['small', 'large'], maxLength: 8 },
    title: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    ratio: { type: 'number' },
    port: { 'x-kubernetes-int-or-string': true },
    note: { type: 'string', nullable: true },
    mode: { type: 'string', default: 'auto' },
    nested: { type: 'object', properties: { level: { type: 'integer', default: 1 } } },
    tags: { type: 'array', maxItems: 2, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    parts: {
      type: 'array',
      maxItems: 5,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, weight: { type: 'integer' } },
        'x-kubernetes-validations': [
          { rule: '!has(self.weight) || self.weight >= oldSelf.weight', message: 'weight may only grow' },
        ],
      },
    },
    labels: { type: 'object', additionalProperties: { type: 'string', maxLength: 3 } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    namespace: { type: 'string' },
    address: { type: 'string' },
  },
  'x-kubernetes-validations': [
    { rule: "self.size != 'large' || has(self.title)", message: 'large widgets need a title' },
    { rule: '!has(self.count) || self.count != 7', messageExpression: "self.size + ' is not seven'" },
    { rule: 'self.size == oldSelf.size', message: 'size is immutable', fieldPath: '.size' },
    {
      rule: '!has(self.__namespace__) || self.__namespace__ != "kube-system"',
      reason: 'FieldValueForbidden',
      message: 'not there',
    },
    { rule: "!has(self.address) || (isURL(self.address) && url(self.address).getScheme() == 'https')" },
    { rule: "!has(self.tags) || self.tags[1] != 'x'", message: 'the second tag is not x' },
  ],
};

const statusSchema: JsonObject = {
  type: 'object',
  properties: {
    phase: { type: 'string', default: 'New' },
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'status'],
        properties: { type: { type: 'string' }, status: { type: 'string', enum: ['True', 'False', 'Unknown'] } },
      },
    },
  },
};

/** The definition of widgets: one field for every feature of schemas. */
export const widgetDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Size', type: 'string', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
          { name: 'Count', type: 'integer', jsonPath: '.spec.count', priority: 1 },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: specSchema, status: statusSchema },
          },
        },
      },
    ],
  },
};

/** Installs the definition of widgets and a namespace; waits until they can be used. */
export async function installWidgets(api: ApiClient, namespace: string): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { status, text } = await api.send('POST', path, { body: widgetDefinition });
  if (status !== 201) throw new Error(`The definition of widgets was refused: ${status} ${text}`);
  await createNamespace(api, namespace);
  // A real server serves a new definition a moment later.
  for (;;) {
    const served = await api.send('GET', widgetsPath(namespace));
    if (served.status === 200) return;
  }
}

/** Creates a namespace. */
export async function createNamespace(api: ApiClient, name: string): Promise<void> {
  await api.send('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
}
