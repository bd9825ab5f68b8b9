import { paginateListSecrets, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The names of all secrets that begin with the prefix, without it, sorted. */
export async function secretNames(client: SecretsManagerClient, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  const pages = paginateListSecrets({ client }, { Filters: [{ Key: 'name', Values: [prefix] }] });
  for await (const { SecretList = [] } of pages) {
    // The SDK gives what came, whatever its types say.
    names.push(...SecretList.map(({ Name }): unknown => Name).filter((name) => typeof name === 'string'));
  }
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .sort();
}
