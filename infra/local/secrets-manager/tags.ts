import { ServiceError } from '../aws-json.ts';

const MAX_TAGS = 50;

/** `present` with `added` laid over it. Throws for a reserved key, a key given twice, or more than fifty tags. */
export function tagsIn(
  present: Readonly<Record<string, string>>,
  added: readonly { readonly Key: string; readonly Value?: string }[],
): Record<string, string> {
  const keys = added.map(({ Key }) => Key);
  const reserved = keys.find((key) => /^aws:/i.test(key));
  if (reserved !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      `Tag key ${reserved} is reserved: keys must not start with aws:`,
    );
  }
  if (new Set(keys).size < keys.length) {
    throw new ServiceError('InvalidParameterException', 'Two tags of the request have the same key.');
  }
  const all = { ...present, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value ?? ''])) };
  if (Object.keys(all).length > MAX_TAGS) {
    throw new ServiceError('InvalidParameterException', `A secret can have at most ${MAX_TAGS} tags.`);
  }
  return all;
}

/** Tags in the form of the API. */
export function tagList(
  tags: Readonly<Record<string, string>>,
): readonly { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
