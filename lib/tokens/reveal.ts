import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Terminal } from '../engine/errors.ts';
import { domain } from '../engine/names.ts';
import type { Sensitive } from '../sensitive.ts';
import { isMissing, revealFailure } from './failures.ts';
import { tokenIn } from './stored-token.ts';
import { look } from './vault.ts';

/** Tag of a user's secret that says who may name it: `<cluster>` or `<cluster>/<namespace>`, separated by spaces. */
export const namespacesTag = `${domain}/namespaces`;

/** Whose object names the secret, and where the store keeps its own. */
export interface Reader {
  readonly cluster: string;
  readonly namespace: string;
  readonly ownPrefix: string;
}

// With the suffix that AWS adds: without it, an ARN also fits secrets whose name only begins alike.
const wholeArn =
  /^arn:aws[a-z-]*:secretsmanager:(?<region>[a-z0-9-]+):\d{12}:secret:(?<name>[A-Za-z0-9/_+=.@!-]{1,512})-[A-Za-z0-9]{6}$/;

/**
 * The token in a user's own secret; undefined where there is none, or none any more. All secrets are read with the
 * function's one role, so the tag decides which namespaces may name which: without it, any could name any.
 * @throws {Terminal} for a wrong ARN, a refused reader, refused access, or a value without a token; otherwise {Retry}
 */
export async function revealSecret(
  client: SecretsManagerClient,
  arn: string,
  reader: Reader,
): Promise<Sensitive | undefined> {
  await assertNameable(client, arn, reader);
  try {
    const secret = await describe(client, arn);
    if (secret === undefined || secret.DeletedDate !== undefined) return undefined;
    assertAllowed(arn, secret.Tags?.find(({ Key }) => Key === namespacesTag)?.Value ?? '', reader);
    const found = await look(client, arn);
    return found.is === 'there' ? tokenIn(found.value, arn) : undefined;
  } catch (error) {
    throw error instanceof Terminal ? error : revealFailure(error, arn);
  }
}

async function assertNameable(client: SecretsManagerClient, arn: string, { ownPrefix }: Reader): Promise<void> {
  const parts = wholeArn.exec(arn)?.groups;
  if (parts === undefined) {
    // The value is not quoted: somebody may have put the token itself there.
    throw new Terminal(
      'the key "arn" holds no whole ARN of a secret: give arn:aws:secretsmanager:<region>:<account>:secret:<name>-<suffix>',
    );
  }
  // Whoever names one of these would borrow the token of another namespace or cluster.
  if (parts['name']?.startsWith(`${ownPrefix}/`) === true) {
    throw new Terminal(`${arn} is a secret of the reconciler itself: name one of your own`);
  }
  const region = await client.config.region();
  if (parts['region'] !== region) {
    throw new Terminal(`${arn} is in another region than the reconciler: name a replica of the secret in ${region}`);
  }
}

async function describe(client: SecretsManagerClient, arn: string): Promise<DescribeSecretCommandOutput | undefined> {
  try {
    return await client.send(new DescribeSecretCommand({ SecretId: arn }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function assertAllowed(arn: string, tag: string, { cluster, namespace }: Reader): void {
  const allowed = tag.split(/\s+/);
  if (allowed.includes(cluster) || allowed.includes(`${cluster}/${namespace}`)) return;
  throw new Terminal(
    `${arn} does not allow the namespace ${namespace} of cluster ${cluster}: add "${cluster}/${namespace}" to its tag ` +
      namespacesTag,
    { reason: 'RefNotPermitted' },
  );
}
