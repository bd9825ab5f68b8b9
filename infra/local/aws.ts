import { randomBytes } from 'node:crypto';
import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';
import type { Authorize } from './aws-access.ts';
import type { Credentials } from './aws-signature.ts';
import { forwarderUser, functionUser, queueDefinitions } from './deployment.ts';
import { type LocalSecretsManager, startSecretsManager } from './secrets-manager/server.ts';
import { type LocalQueues, startQueues } from './sqs.ts';

export const region = 'us-east-1';
export const accountId = '000000000000';

/** Queues by the names of deployment.ts, and secrets, that are there already. */
export interface GivenAws {
  readonly sqs: Pick<LocalQueues, 'endpoint' | 'urls'>;
  readonly secretsManager: Pick<LocalSecretsManager, 'url'>;
}

/** Key pairs of the local AWS. They open nothing else, and every signature is checked against them. */
export interface Keys {
  /** Of whoever plays a person, and may do everything. */
  readonly administrator: Credentials;
  /** Of a function's role or of the forwarder, by its user in a cluster. */
  readonly of: Readonly<Record<string, Credentials>>;
}

/** Where functions and forwarder find SQS and Secrets Manager, and who they are there. */
export interface Aws {
  readonly keys: Keys;
  readonly sqs: Pick<LocalQueues, 'endpoint' | 'urls'>;
  readonly secretsManager: Pick<LocalSecretsManager, 'url'>;
  /** Absent where others were given. */
  readonly embedded: { readonly queues: LocalQueues; readonly secrets: LocalSecretsManager } | undefined;
}

export interface AwsOptions {
  readonly given: GivenAws | undefined;
  /** Of the lanes' queues. */
  readonly visibilityTimeoutSeconds: number;
  /** Asked before each call to the embedded services, with the user whose key signed it; see `Keys.of`. */
  readonly authorize: Authorize | undefined;
}

export async function startAws(options: AwsOptions, running: AsyncDisposableStack): Promise<Aws> {
  const keys = createKeys();
  const { given } = options;
  if (given !== undefined) return { keys, ...given, embedded: undefined };
  const { authorize } = options;
  const credentials = [keys.administrator, ...Object.values(keys.of)];
  const users = new Map(Object.entries(keys.of).map(([user, { accessKeyId }]) => [accessKeyId, user]));
  const access = authorize === undefined ? {} : { authorize: whose(authorize, users) };
  const common = { region, credentials, ...access };
  const secrets = running.use(await startSecretsManager({ ...common, accountId }));
  const definitions = queueDefinitions(options.visibilityTimeoutSeconds);
  const queues = running.use(await startQueues({ ...common, queues: definitions }));
  return { keys, sqs: queues, secretsManager: secrets, embedded: { queues, secrets } };
}

/** @throws {Error} where they were given. */
export function embeddedIn({ embedded }: Aws): NonNullable<Aws['embedded']> {
  if (embedded !== undefined) return embedded;
  throw new Error('SQS and Secrets Manager were given to the stack: only embedded ones can be looked into');
}

/** With the user in place of the key. The administrator is not asked about. */
function whose(authorize: Authorize, users: ReadonlyMap<string, string>): Authorize {
  return (call) => {
    const user = users.get(call.caller);
    return user === undefined || authorize({ ...call, caller: user });
  };
}

function createKeys(): Keys {
  const users = [...[...lanes, ...tools].map(functionUser), forwarderUser];
  const pair = (accessKeyId: string): Credentials => ({
    accessKeyId,
    secretAccessKey: randomBytes(20).toString('hex'),
  });
  return {
    administrator: pair('AKIALOCALSTACKONLY'),
    of: Object.fromEntries(users.map((user, index) => [user, pair(`ASIALOCALSTACK${String(index).padStart(4, '0')}`)])),
  };
}
