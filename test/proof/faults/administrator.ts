import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { namespacesTag } from '../../../lib/tokens/reveal.ts';
import { secretsManagerClient } from '../../../lib/tokens/store.ts';
import { awsKeys } from '../../world/functions.ts';
import type { World } from '../../world.ts';

/** Who looks after the secrets of a world. */
export function administrator({ secrets }: World): SecretsManagerClient {
  return secretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials: awsKeys });
}

/** Makes a user's own secret, or gives it another value. @returns its ARN. */
export async function makeSecret(world: World, name: string, value: string): Promise<string> {
  const client = administrator(world);
  const isThere = world.secrets.secrets().some((secret) => secret.name === name);
  const Tags = [{ Key: namespacesTag, Value: 'test' }];
  const { ARN = '' } = await (isThere
    ? client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }))
    : client.send(new CreateSecretCommand({ Name: name, SecretString: value, Tags })));
  client.destroy();
  return ARN;
}

/** Removes secrets as if the time in which they can be restored were over. */
export async function removeSecrets(
  world: World,
  isWanted: (secret: ReturnType<World['secrets']['secrets']>[number]) => boolean,
): Promise<void> {
  const wanted = world.secrets.secrets().filter(isWanted);
  if (wanted.length === 0) return;
  const client = administrator(world);
  for (const { name } of wanted)
    await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
  client.destroy();
}
