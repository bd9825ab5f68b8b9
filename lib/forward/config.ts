import type { Static } from 'typebox';
import * as Type from 'typebox';
import { Errors } from 'typebox/value';
import { queueUrlVariable } from '../config.ts';
import { queueUrlsOf } from '../events/queues.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { type LogLevel, logLevels } from './log.ts';

const queueUrl = Type.String({ pattern: '^https?://\\S+\\.fifo$', maxLength: 512 });
const namespace = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';

const variables = Type.Object(
  {
    CLUSTER_NAME: Type.String({ pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$' }),
    QUEUE_URL_PREFIX: Type.Optional(Type.String({ pattern: '^https?://\\S+$', maxLength: 512 })),
    ...Object.fromEntries(lanes.map((lane) => [queueUrlVariable(lane), Type.Optional(queueUrl)] as const)),
    KUBECONFIG: Type.Optional(Type.String({ minLength: 1 })),
    KUBERNETES_SERVICE_HOST: Type.Optional(Type.String({ minLength: 1 })),
    KUBERNETES_SERVICE_PORT: Type.Optional(Type.String({ pattern: '^\\d{1,5}$' })),
    WATCH_NAMESPACES: Type.Optional(Type.String({ pattern: `^\\s*${namespace}(\\s*,\\s*${namespace})*\\s*$` })),
    HTTP_PORT: Type.Optional(Type.String({ pattern: '^\\d{1,5}$' })),
    DRAIN_SECONDS: Type.Optional(Type.String({ pattern: '^\\d{1,4}$' })),
    LOG_LEVEL: Type.Optional(Type.Enum([...logLevels])),
  },
  { additionalProperties: false },
);

/** What the forwarder is configured with. Region, endpoint and credentials of AWS are read by the SDK itself. */
export interface ForwarderConfig {
  readonly cluster: string;
  readonly queueUrls: Readonly<Record<Lane, string>>;
  readonly access:
    | { readonly is: 'kubeconfig'; readonly path: string }
    | { readonly is: 'service-account'; readonly host: string; readonly port: string };
  /** All namespaces where absent. */
  readonly namespaces: readonly string[] | undefined;
  /** 0: a free port. */
  readonly httpPort: number;
  /** How long what is left may take to send after SIGTERM; below the pod's terminationGracePeriodSeconds. */
  readonly drainSeconds: number;
  readonly logLevel: LogLevel;
}

/**
 * Reads the forwarder's configuration from environment variables; an empty one counts as absent.
 * @throws {Error} naming every variable that is missing or wrong.
 */
export function readForwarderConfig(environment: Readonly<Record<string, string | undefined>>): ForwarderConfig {
  const found = ours(environment);
  const problems = [...shapeProblems(found), ...meaningProblems(found)];
  if (problems.length > 0) {
    throw new Error(`the forwarder's environment variables are wrong: ${problems.join('; ')}`);
  }
  const checked = found as Static<typeof variables> & Readonly<Record<string, string>>;
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = checked;
  return {
    cluster: checked.CLUSTER_NAME,
    queueUrls:
      checked.QUEUE_URL_PREFIX === undefined
        ? (Object.fromEntries(lanes.map((lane) => [lane, checked[queueUrlVariable(lane)]])) as Record<Lane, string>)
        : queueUrlsOf(checked.QUEUE_URL_PREFIX),
    access: KUBECONFIG === undefined ? { is: 'service-account', host, port } : { is: 'kubeconfig', path: KUBECONFIG },
    namespaces: checked.WATCH_NAMESPACES?.split(',').map((name) => name.trim()),
    httpPort: Number(checked.HTTP_PORT ?? 8080),
    drainSeconds: Number(checked.DRAIN_SECONDS ?? 20),
    logLevel: checked.LOG_LEVEL ?? 'INFO',
  };
}

// An environment is full of others' variables. All QUEUE_URL_… are ours, so that one for a lane that is none is found.
function ours(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const isOurs = (name: string) => name in variables.properties || name.startsWith('QUEUE_URL_');
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (isOurs(name) && value ? [[name, value]] : [])),
  );
}

function shapeProblems(found: Readonly<Record<string, string>>): readonly string[] {
  return Errors(variables, found).map(({ instancePath, message, params }) => {
    if ('requiredProperties' in params) return `${String(params.requiredProperties)} is missing`;
    if ('additionalProperties' in params) return `${String(params.additionalProperties)} names no lane`;
    return `${instancePath.slice(1)} ${message}`;
  });
}

function meaningProblems(found: Readonly<Record<string, string>>): readonly string[] {
  const missing = lanes.map(queueUrlVariable).filter((name) => !(name in found));
  const hasPrefix = 'QUEUE_URL_PREFIX' in found;
  return [
    ...(hasPrefix && missing.length < lanes.length
      ? ['QUEUE_URL_PREFIX stands beside QUEUE_URL_<LANE>; keep one']
      : []),
    ...(hasPrefix || missing.length === 0 ? [] : [`${missing.join(', ')} missing (or set QUEUE_URL_PREFIX)`]),
    ...('KUBECONFIG' in found || 'KUBERNETES_SERVICE_HOST' in found
      ? []
      : ['KUBECONFIG is missing, and this is no pod in a cluster']),
  ];
}
