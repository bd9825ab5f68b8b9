import { isRecord } from '../../engine/objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A plugin with a configuration that compares without knowing its schema. Lists of texts are sets there more often than
 * not, and Konnect gives those back in any order. A null stands for what the schema says, which only Konnect knows.
 */
export function comparable(plugin: Fields): Fields {
  return 'config' in plugin ? { ...plugin, config: unordered(plugin['config']) } : plugin;
}

function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'string') ? value.toSorted() : value.map(unordered);
  }
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, unordered(field)]));
}
