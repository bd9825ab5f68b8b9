import { CreateSecretCommand, SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import type { Stack } from '../../infra/local/stack.ts';
import { namespacesTag } from '../../lib/tokens/reveal.ts';

/** What a team does that keeps its Konnect token in AWS: makes a secret, and says by its tag who may name it. */
export async function awsSecret(
  stack: Stack,
  name: string,
  value: string,
  allowed?: string,
): Promise<{ readonly arn: string; allow(whom: string): Promise<void> }> {
  const client = secretsManager(stack);
  const tags = (whom: string) => [{ Key: namespacesTag, Value: whom }];
  const { ARN: arn = '' } = await client.send(
    new CreateSecretCommand({
      Name: name,
      SecretString: value,
      ...(allowed === undefined ? {} : { Tags: tags(allowed) }),
    }),
  );
  return {
    arn,
    async allow(whom) {
      await client.send(new TagResourceCommand({ SecretId: arn, Tags: tags(whom) }));
    },
  };
}

export function secretsManager({ aws, secrets }: Stack): SecretsManagerClient {
  return new SecretsManagerClient({ ...aws, endpoint: secrets.url });
}

/** The token that the store keeps for an auth configuration of a namespace, where it keeps one. */
export function storedToken({ secrets }: Stack, namespace: string, name = 'auth'): string | undefined {
  const secret = secrets.secrets().find((one) => one.name.endsWith(`/${namespace}/${name}`));
  const current = secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  if (secret?.deletion !== undefined || current === undefined || !('SecretString' in current.value)) return undefined;
  const stored: unknown = JSON.parse(current.value.SecretString);
  return String(Reflect.get(Object(stored), 'token'));
}
