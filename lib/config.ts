import type { Static } from 'typebox';
import * as Type from 'typebox';
import { Errors } from 'typebox/value';
import { type Lane, lanes } from './kinds/define.ts';

const queueUrl = Type.String({ pattern: '^https?://\\S+\\.fifo$' });

const environment = Type.Object({
  DEAD_LETTER_QUEUE_URL: queueUrl,
  TOKEN_SECRET_PREFIX: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9/_+=.@-]{1,64}$' })),
  CLUSTER_SECRET_PREFIX: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9/_+=.@-]{1,64}$' })),
  KONNECT_ALLOWED_HOSTS: Type.Optional(Type.String({ maxLength: 1024 })),
  KONNECT_ENDPOINT_URL: Type.Optional(Type.String({ pattern: '^https?://\\S+$' })),
  LOG_LEVEL: Type.Optional(Type.Enum(['DEBUG', 'INFO', 'WARN', 'ERROR'])),
  ...Object.fromEntries(lanes.map((lane) => [queueUrlVariable(lane), queueUrl] as const)),
});

/** What a function is configured with; every part is documented in the README's table. */
export interface Config {
  readonly queueUrls: Readonly<Record<Lane, string>>;
  readonly deadLetterQueueUrl: string;
  /** Tokens are kept under `<prefix>/<cluster>/<namespace>/<name>`. */
  readonly tokenSecretPrefix: string;
  /** Access to clusters is kept under `<prefix>/<cluster>`. */
  readonly clusterSecretPrefix: string;
  /** Hosts beside Konnect's own that a serverURL may name. */
  readonly allowedHosts: readonly string[];
  /** Where to connect in place of Konnect's servers, for a local Konnect. */
  readonly konnectEndpointURL: string | undefined;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
}

/** The variable that holds the URL of a lane's queue, such as `QUEUE_URL_CONTROL_PLANE`. */
export function queueUrlVariable(lane: Lane): string {
  return `QUEUE_URL_${lane.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Reads a function's configuration from its environment variables.
 * @throws {Error} naming every variable that is missing or wrong; a function that is misconfigured must not start.
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const problems = Errors(environment, variables).map(({ instancePath, message, params }) =>
    'requiredProperties' in params
      ? `${(params.requiredProperties as readonly string[]).join(', ')} missing`
      : `${instancePath.slice(1)} ${message}`,
  );
  if (problems.length > 0) throw new Error(`the function's environment variables are wrong: ${problems.join('; ')}`);
  const checked = variables as Static<typeof environment> & Record<string, string>;
  return {
    queueUrls: Object.fromEntries(lanes.map((lane) => [lane, checked[queueUrlVariable(lane)]])) as Record<Lane, string>,
    deadLetterQueueUrl: checked.DEAD_LETTER_QUEUE_URL,
    tokenSecretPrefix: checked.TOKEN_SECRET_PREFIX ?? 'konnect-reconciler',
    clusterSecretPrefix: checked.CLUSTER_SECRET_PREFIX ?? 'konnect-reconciler-clusters',
    allowedHosts: (checked.KONNECT_ALLOWED_HOSTS ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    konnectEndpointURL: checked.KONNECT_ENDPOINT_URL,
    logLevel: (checked.LOG_LEVEL as Config['logLevel'] | undefined) ?? 'INFO',
  };
}
