import type { Secret } from './vault.ts';

/**
 * Whether a secret passes a filter of ListSecrets: one of the values matches, a value that starts with `!` excludes.
 * Names and tags match by prefix and case, descriptions by prefix, `all` by words anywhere, both without case.
 */
export function matches(
  secret: Secret,
  region: string,
  filter: { readonly Key: string; readonly Values: readonly string[] },
): boolean {
  const holds = (value: string) => matchesValue(secret, region, filter.Key, value);
  const excluded = filter.Values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
  const wanted = filter.Values.filter((value) => !value.startsWith('!'));
  return !excluded.some(holds) && (wanted.length === 0 || wanted.some(holds));
}

function matchesValue(secret: Secret, region: string, key: string, value: string): boolean {
  const startsAny = (texts: readonly string[]) => texts.some((text) => text.startsWith(value));
  switch (key) {
    case 'name':
      return startsAny([secret.name]);
    case 'tag-key':
      return startsAny(Object.keys(secret.tags));
    case 'tag-value':
      return startsAny(Object.values(secret.tags));
    case 'primary-region':
      return startsAny([region]);
    case 'description':
      return (secret.description ?? '').toLowerCase().startsWith(value.toLowerCase());
    case 'all':
      return holdsEveryWord(secret, value);
    default:
      // No secret here belongs to another AWS service, so `owning-service` finds none.
      return false;
  }
}

function holdsEveryWord(secret: Secret, value: string): boolean {
  const texts = [secret.name, secret.description ?? '', ...Object.entries(secret.tags).flat()].map((text) =>
    text.toLowerCase(),
  );
  const words = value.toLowerCase().split(/[^a-z0-9]+/);
  return words.every((word) => texts.some((text) => text.includes(word)));
}
