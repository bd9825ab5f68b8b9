import { type Lane, lanes } from './kinds/define.ts';

/** What a variable has to be like. */
interface Rule {
  readonly pattern: RegExp;
  readonly optional?: true;
}

type Rules = Readonly<Record<string, Rule>>;

const queueUrl: Rule = { pattern: /^https?:\/\/\S+\.fifo$/ };
const prefix: Rule = { pattern: /^[A-Za-z0-9/_+=.@-]{1,64}$/, optional: true };

/** What every function is configured with. */
const common: Rules = {
  CLUSTER_SECRET_PREFIX: prefix,
  LOG_LEVEL: { pattern: /^(DEBUG|INFO|WARN|ERROR)$/, optional: true },
  METRICS_NAMESPACE: { pattern: /^[A-Za-z0-9._/#:-]{1,255}$/, optional: true },
  ...queues(queueUrlVariable),
};

/** What functions that talk to Konnect are configured with. */
const konnect: Rules = {
  TOKEN_SECRET_PREFIX: prefix,
  TOKEN_KMS_KEY_ARN: { pattern: /^(arn:aws[a-z-]*:kms:\S+)?$/, optional: true },
  KONNECT_ALLOWED_HOSTS: { pattern: /^[\s\S]{0,1024}$/, optional: true },
  KONNECT_ENDPOINT_URL: { pattern: /^https?:\/\/\S+$/, optional: true },
};

const reconcileRules: Rules = { DEAD_LETTER_QUEUE_URL: queueUrl, ...common, ...konnect };
const driftRules: Rules = { QUEUE_URL_DRIFT: queueUrl, ...common, ...konnect };
const replayRules: Rules = { ...common, ...queues(deadLetterQueueUrlVariable) };

/** Every part of a configuration is documented in the README's table. */
interface CommonConfig {
  readonly queueUrls: Readonly<Record<Lane, string>>;
  /** Access to clusters is kept under `<prefix>/<cluster>`. */
  readonly clusterSecretPrefix: string;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** Where CloudWatch keeps our metrics; each deployment has its own. */
  readonly metricsNamespace: string;
}

interface KonnectConfig extends CommonConfig {
  /** Tokens are kept under `<prefix>/<cluster>/<namespace>/<name>`. */
  readonly tokenSecretPrefix: string;
  /** The KMS key that new secrets are encrypted with; that of Secrets Manager without it. */
  readonly tokenKmsKeyArn: string | undefined;
  /** Hosts beside Konnect's own that a serverURL may name. */
  readonly allowedHosts: readonly string[];
  /** Where to connect in place of Konnect's servers, for a local Konnect. */
  readonly konnectEndpointURL: string | undefined;
}

/** What the function of a lane is configured with. */
export interface Config extends KonnectConfig {
  readonly deadLetterQueueUrl: string;
}

/** What drift-check is configured with. */
export interface DriftConfig extends KonnectConfig {
  /** The queue of its own, for the parts of a run. */
  readonly driftQueueUrl: string;
}

/** What replay is configured with. */
export interface ReplayConfig extends CommonConfig {
  readonly deadLetterQueueUrls: Readonly<Record<Lane, string>>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The variable that holds the URL of a lane's queue, such as `QUEUE_URL_CONTROL_PLANE`. */
export function queueUrlVariable(lane: Lane): string {
  return `QUEUE_URL_${suffix(lane)}`;
}

/** The variable that holds the URL of a lane's dead-letter queue, such as `DEAD_LETTER_QUEUE_URL_CONTROL_PLANE`. */
export function deadLetterQueueUrlVariable(lane: Lane): string {
  return `DEAD_LETTER_QUEUE_URL_${suffix(lane)}`;
}

/**
 * Reads the configuration of a lane's function from its environment variables.
 * @throws {Error} naming every variable that is missing or wrong; a function that is misconfigured must not start.
 */
export function readConfig(variables: Variables): Config {
  check(reconcileRules, variables);
  return { ...konnectConfig(variables), deadLetterQueueUrl: checkedUrl(variables, 'DEAD_LETTER_QUEUE_URL') };
}

/** As `readConfig`, for drift-check. */
export function readDriftConfig(variables: Variables): DriftConfig {
  check(driftRules, variables);
  return { ...konnectConfig(variables), driftQueueUrl: checkedUrl(variables, 'QUEUE_URL_DRIFT') };
}

/** As `readConfig`, for replay. */
export function readReplayConfig(variables: Variables): ReplayConfig {
  check(replayRules, variables);
  return { ...commonConfig(variables), deadLetterQueueUrls: urls(variables, deadLetterQueueUrlVariable) };
}

function suffix(lane: Lane): string {
  return lane.toUpperCase().replaceAll('-', '_');
}

function queues(variable: (lane: Lane) => string): Rules {
  return Object.fromEntries(lanes.map((lane) => [variable(lane), queueUrl] as const));
}

function check(rules: Rules, variables: Variables): void {
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const [name, { pattern, optional }] of Object.entries(rules)) {
    const value = variables[name];
    if (value === undefined && optional !== true) missing.push(name);
    if (value !== undefined && !pattern.test(value)) wrong.push(`${name} must match ${pattern.source}`);
  }
  const problems = [...(missing.length > 0 ? [`${missing.join(', ')} missing`] : []), ...wrong];
  if (problems.length > 0) throw new Error(`the function's environment variables are wrong: ${problems.join('; ')}`);
}

function commonConfig(checked: Variables): CommonConfig {
  return {
    queueUrls: urls(checked, queueUrlVariable),
    clusterSecretPrefix: checked['CLUSTER_SECRET_PREFIX'] ?? 'konnect-reconciler-clusters',
    logLevel: (checked['LOG_LEVEL'] as CommonConfig['logLevel'] | undefined) ?? 'INFO',
    metricsNamespace: checked['METRICS_NAMESPACE'] ?? 'KonnectReconciler',
  };
}

function konnectConfig(checked: Variables): KonnectConfig {
  return {
    ...commonConfig(checked),
    tokenSecretPrefix: checked['TOKEN_SECRET_PREFIX'] ?? 'konnect-reconciler',
    // CloudFormation has no way to leave a variable out of some functions, so an empty one is none.
    tokenKmsKeyArn: checked['TOKEN_KMS_KEY_ARN'] || undefined,
    allowedHosts: (checked['KONNECT_ALLOWED_HOSTS'] ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    konnectEndpointURL: checked['KONNECT_ENDPOINT_URL'],
  };
}

function urls(checked: Variables, variable: (lane: Lane) => string): Readonly<Record<Lane, string>> {
  return Object.fromEntries(lanes.map((lane) => [lane, checkedUrl(checked, variable(lane))])) as Record<Lane, string>;
}

function checkedUrl(checked: Variables, name: string): string {
  return checked[name] ?? '';
}
