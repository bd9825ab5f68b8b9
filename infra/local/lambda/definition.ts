import type { Credentials } from '../aws-signature.ts';

/** Where a function's events come from: a FIFO queue. */
export interface EventSource {
  readonly queueUrl: string;
  /** 1 to 10. */
  readonly batchSize: number;
  /** Of SQS. */
  readonly endpoint: string;
  readonly reportBatchItemFailures: boolean;
  /** Only 0: Lambda has no batching window for FIFO queues. */
  readonly maximumBatchingWindowSeconds?: number;
}

/** A function as the deployment defines it. */
export interface FunctionDefinition {
  readonly name: string;
  /** Path of the built `index.mjs`. */
  readonly bundle: string;
  /** The name of its export. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Of the event source mapping: 2 to 1000. */
  readonly maximumConcurrency?: number;
  readonly eventSource?: EventSource;
  /** Of the function's role; those of the account unless given. */
  readonly credentials?: Credentials;
}

/** What all functions share. */
export interface Account {
  readonly credentials: Credentials;
  readonly region: string;
  readonly accountId: string;
  /** By the SDK's name for the service, as in AWS_ENDPOINT_URL_<name>: `SQS`, `SECRETS_MANAGER`. */
  readonly endpoints: Readonly<Record<string, string>>;
}

const MAX_ENVIRONMENT_BYTES = 4096;
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(?!EXEC_WRAPPER).*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** Throws a `RangeError` for what Lambda would refuse at deployment, in words that name the function and the field. */
export function checkDefinition(definition: FunctionDefinition): void {
  const { environment, timeoutSeconds, memoryMb, maximumConcurrency, eventSource } = definition;
  const refuse = (what: string) => {
    throw new RangeError(`Function "${definition.name}": ${what}`);
  };
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(definition.name)) refuse('its name must be 1 to 64 letters, digits, "-" or "_"');
  if (!isWithin(timeoutSeconds, 1, 900)) refuse(`timeoutSeconds is ${timeoutSeconds}, but must be 1 to 900`);
  if (!isWithin(memoryMb, 128, 10_240)) refuse(`memoryMb is ${memoryMb}, but must be 128 to 10240`);
  const reserved = Object.keys(environment).filter((name) => RESERVED.test(name));
  if (reserved.length > 0) refuse(`the environment variables ${reserved.join(', ')} are Lambda's own`);
  const size = Object.entries(environment).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > MAX_ENVIRONMENT_BYTES) refuse(`its environment has ${size} bytes, more than ${MAX_ENVIRONMENT_BYTES}`);
  if (maximumConcurrency !== undefined && !isWithin(maximumConcurrency, 2, 1000)) {
    refuse(`maximumConcurrency is ${maximumConcurrency}, but must be 2 to 1000`);
  }
  if (!eventSource) return;
  if (!isWithin(eventSource.batchSize, 1, 10)) refuse(`batchSize is ${eventSource.batchSize}, but must be 1 to 10`);
  if (!eventSource.queueUrl.endsWith('.fifo')) refuse(`${eventSource.queueUrl} is not a FIFO queue`);
  if (eventSource.maximumBatchingWindowSeconds) refuse('a FIFO queue takes no maximumBatchingWindowSeconds');
}

/** The variables an execution environment starts with, and no other: Lambda's own and the configured ones. */
export function environmentOf(
  definition: FunctionDefinition,
  account: Account,
  names: { readonly logGroupName: string; readonly logStreamName: string; readonly taskRoot: string },
): Record<string, string> {
  const { region } = account;
  const credentials = definition.credentials ?? account.credentials;
  const endpoints = Object.entries(account.endpoints).map(([name, url]) => [`AWS_ENDPOINT_URL_${name}`, url]);
  return {
    ...Object.fromEntries(endpoints),
    ...definition.environment,
    _HANDLER: `index.${definition.handler}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: names.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: names.logStreamName,
    LAMBDA_TASK_ROOT: names.taskRoot,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
