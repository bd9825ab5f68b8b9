import { logLevels } from '../../../lib/forward/log.ts';
import { containerMiB } from './memory.ts';
import { forwarder } from './names.ts';
import { type Conditional, lineSlot, onlyIf, type Slot, structureSlot } from './slots.ts';

/** One value of the chart. Kustomize writes the default. */
export interface Value {
  readonly default: unknown;
  readonly says: string;
  /** JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The chart can not be installed without it. */
  readonly isRequired?: true;
}

const name = { type: 'string', maxLength: 63 };
const switchedBy = { type: 'boolean' };
const structure = { type: 'object' };
const dnsLabel = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';

/** By path, with dots. Groups of values stand together. */
export const values = {
  clusterName: {
    default: '',
    says: "The cluster's name, as in the secrets <stack>-clusters/<function>/<name>.",
    schema: { ...name, pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$' },
    isRequired: true,
  },
  queueUrlPrefix: {
    default: '',
    says: 'What the URLs of all queues begin with: https://sqs.<region>.amazonaws.com/<account>/<stack>-',
    schema: { type: 'string', pattern: '^https?://\\S+$', maxLength: 512 },
    isRequired: true,
  },
  'aws.region': {
    default: '',
    says: 'The region of the queues.',
    schema: { type: 'string', pattern: '^[a-z]{2}(-[a-z]+)+-\\d$' },
    isRequired: true,
  },
  'aws.roleArn': {
    default: '',
    says: 'The IAM role of the service account (IRSA). Not needed with EKS Pod Identity, which names the service account.',
    schema: { type: 'string', pattern: '^(arn:[^:]+:iam::\\d{12}:role/\\S+)?$' },
  },
  'aws.accessKeySecret': {
    default: '',
    says: 'A Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, for clusters outside AWS.',
    schema: { type: 'string', maxLength: 253 },
  },
  watchNamespaces: {
    default: [],
    says: 'Namespaces to watch; all where empty.',
    schema: { type: 'array', items: { type: 'string', pattern: `^${dnsLabel}$` }, uniqueItems: true },
  },
  logLevel: { default: 'INFO', says: `One of ${logLevels.join(', ')}.`, schema: { enum: [...logLevels] } },
  drainSeconds: {
    default: 20,
    says: 'How long the forwarder may send what is left when it is stopped; the pod gets ten seconds more.',
    schema: { type: 'integer', minimum: 0, maximum: 3600 },
  },
  'image.repository': {
    default: forwarder,
    says: 'Where the image is that you built from infra/cluster/Dockerfile.',
    schema: { type: 'string', minLength: 1 },
  },
  'image.tag': {
    default: '',
    says: "The chart's appVersion where empty.",
    schema: { type: 'string', maxLength: 128 },
  },
  'image.pullPolicy': { default: 'IfNotPresent', says: '', schema: { enum: ['Always', 'IfNotPresent', 'Never'] } },
  imagePullSecrets: {
    default: [],
    says: 'Such as [{name: registry}].',
    schema: { type: 'array', items: structure },
  },
  replicas: {
    default: 2,
    says: 'They need no leader: SQS drops the second copy of an event.',
    schema: { type: 'integer', minimum: 0, maximum: 5 },
  },
  resources: {
    default: { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: `${containerMiB}Mi` } },
    says: 'The forwarder takes some 150 MB with 10,000 objects. A limit on CPU would only delay events.',
    schema: structure,
  },
  nodeSelector: { default: {}, says: '', schema: structure },
  tolerations: { default: [], says: '', schema: { type: 'array', items: structure } },
  affinity: { default: {}, says: 'Beside this the pods are spread over zones and nodes.', schema: structure },
  priorityClassName: { default: '', says: '', schema: { type: 'string', maxLength: 253 } },
  'podDisruptionBudget.enabled': { default: true, says: 'One pod may be evicted at a time.', schema: switchedBy },
  'networkPolicy.enabled': {
    default: true,
    says: 'In: probes and metrics. Out: DNS, the API server, HTTPS, the agent of EKS Pod Identity.',
    schema: switchedBy,
  },
  'serviceMonitor.enabled': { default: false, says: 'Needs the CRDs of the Prometheus operator.', schema: switchedBy },
  'functions.serviceAccounts': {
    default: false,
    says: 'A service account for each function, for clusters that AWS IAM does not lead into: see docs/cluster-access.md.',
    schema: switchedBy,
  },
  'functions.tokens': {
    default: false,
    says: 'A token without an end for each of them. Whoever gets one has it for good; prefer short ones.',
    schema: switchedBy,
  },
} as const satisfies Readonly<Record<string, Value>>;

export type ValuePath = keyof typeof values;

export function valueSlot(path: ValuePath): Slot {
  return lineSlot(values[path].default, `{{ .Values.${path} | quote }}`);
}

export function numberSlot(path: ValuePath): Slot {
  return lineSlot(values[path].default, `{{ .Values.${path} }}`);
}

export function structureOf(path: ValuePath): Slot {
  return structureSlot(values[path].default, `.Values.${path}`);
}

/** A field that is there only where its value is not empty. */
export function whereSet(path: ValuePath, field: unknown): Conditional {
  const { default: byDefault } = values[path];
  const isEmpty = byDefault === '' || byDefault === false || Object.keys(Object(byDefault)).length === 0;
  return onlyIf(`.Values.${path}`, byDefault === true || !isEmpty, field);
}
