import { isRecord } from '../engine/objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An entity with a configuration that compares without knowing its schema. Lists of texts are sets there more often than
 * not, and Konnect gives those back in any order. A null stands for what the schema says, which only Konnect knows.
 */
export function comparable({ config, ...entity }: Fields): Fields {
  return config === undefined || config === null ? entity : { ...entity, config: unordered(config) };
}

function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'string') ? value.toSorted() : value.map(unordered);
  }
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, unordered(field)]));
}
