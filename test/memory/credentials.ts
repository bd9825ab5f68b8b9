import { consumerKind, entities } from './core.ts';
import { conditionText, key, secretResource } from './manifests.ts';
import { applyConsumer, objectsOf, secret, settleAll, stageWithControlPlane } from './plugins.ts';
import type { Stage } from './stage.ts';

/* Short words for tests about the credentials of the consumer `alice`. */

type Data = Readonly<Record<string, string>>;

/** The consumer `alice`, with Secrets of these names, labels and contents. */
export async function withSecrets(
  ...secrets: readonly (readonly [string, string | undefined, Data])[]
): Promise<Stage> {
  const stage = await stageWithControlPlane();
  for (const [name, label, data] of secrets) stage.cluster.user.apply(secretResource, secret(name, data, label));
  applyConsumer(stage, 'alice', {}, { credentials: secrets.map(([name]) => name) });
  await settleAll(stage);
  return stage;
}

export function credentialsValid(stage: Stage, type = 'CredentialSecretRefsValid'): string {
  return conditionText(stage.object(consumerKind, 'alice'), type);
}

export function nameSecrets(stage: Stage, credentials: readonly string[]): void {
  stage.cluster.user.edit(consumerKind.resource, key('alice'), { credentials });
}

export const apiKeys = (stage: Stage) => objectsOf(stage, 'KongCredentialAPIKey');
export const keysInKonnect = (stage: Stage) =>
  entities(stage, 'key-auths')
    .map((entity) => entity['key'])
    .sort();
