import { type Body, compile, isBody, type JsonSchema } from '../schema.ts';
import type { ClusterType, ControlPlane, ProxyUrl } from '../state.ts';
import { labelFaults } from './labels.ts';
import { badRequest, unreadableBody, violated } from './refusals.ts';

export const clusterTypes = [
  'CLUSTER_TYPE_CONTROL_PLANE',
  'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER',
  'CLUSTER_TYPE_CONTROL_PLANE_GROUP',
  'CLUSTER_TYPE_SERVERLESS',
  'CLUSTER_TYPE_SERVERLESS_V1',
  'CLUSTER_TYPE_KAFKA_NATIVE_EVENT_PROXY',
] as const satisfies readonly ClusterType[];

/** What PATCH may change; everything else is fixed at creation. */
export interface ControlPlanePatch {
  readonly name?: string;
  readonly description?: string;
  readonly auth_type?: ControlPlane['config']['auth_type'];
  readonly proxy_urls?: readonly ProxyUrl[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface NewControlPlane extends ControlPlanePatch {
  readonly name: string;
  readonly cluster_type?: ClusterType;
  readonly cloud_gateway?: boolean;
}

const proxyUrl: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['host', 'port', 'protocol'],
  properties: {
    host: { type: 'string', minLength: 1, maxLength: 120 },
    port: { type: 'integer', minimum: 1 },
    protocol: { type: 'string', minLength: 1, maxLength: 32 },
  },
};

const mutable: JsonSchema = {
  name: { type: 'string', minLength: 2, maxLength: 256 },
  description: { type: 'string', maxLength: 2048 },
  auth_type: { type: 'string', enum: ['pinned_client_certs', 'pki_client_certs'] },
  proxy_urls: { type: 'array', maxItems: 5, uniqueItems: true, items: proxyUrl },
  labels: { type: 'object' },
};

const checkNew = compile({
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: { ...mutable, cluster_type: { type: 'string', enum: clusterTypes }, cloud_gateway: { type: 'boolean' } },
});
const checkPatch = compile({ type: 'object', additionalProperties: false, properties: mutable });

/** The body of a create, checked. */
export function parseNew(body: unknown): NewControlPlane {
  const checked = check(checkNew, body) as unknown as NewControlPlane;
  const type = checked.cluster_type;
  if (checked.cloud_gateway === true && type === 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER') {
    throw badRequest('Invalid Parameters', [
      { field: 'cloud_gateway', rule: 'invalid', reason: `cannot be true when cluster_type is ${type}` },
    ]);
  }
  return checked;
}

/** The body of a PATCH, checked. An empty object changes nothing and is refused. */
export function parsePatch(body: unknown): ControlPlanePatch {
  const checked = check(checkPatch, body);
  if (Object.keys(checked).length === 0) {
    throw badRequest('Request cannot be empty', [{ field: 'body', reason: 'cannot be blank' }]);
  }
  return checked as ControlPlanePatch;
}

function check(schema: ReturnType<typeof compile>, body: unknown): Body {
  if (!isBody(body)) throw unreadableBody();
  const violations = schema(body);
  if (violations.length > 0) throw violated(violations);
  const faults = labelFaults(isBody(body['labels']) ? body['labels'] : {});
  if (faults.length > 0) throw badRequest('Invalid Parameters', faults);
  return body;
}
