import { Terminal } from '../../engine/errors.ts';
import { isRecord } from '../../engine/objects.ts';
import { secretsIn } from '../../konnect/redact.ts';
import { isUnwieldy } from '../../unwieldy.ts';
import type { Fields as Plugin } from '../kong-plugin/schema.ts';
import { patched, pointerParts } from './config-patch.ts';

type Config = Readonly<Record<string, unknown>>;

/** The text under a key of a Secret of the plugin's namespace. */
export type ReadSecret = (key: { readonly name: string; readonly key: string }) => string;

/** The whole configuration of a plugin, and the texts in it that came out of Secrets. */
export interface PluginConfig {
  readonly config: Config;
  readonly secretTexts: readonly string[];
}

/**
 * The configuration, with what Secrets add to it. Nothing of a Secret's content is in an error.
 * @throws {Terminal} naming the Secret and key that do not hold what they should.
 */
export async function pluginConfig(
  { config, configFrom, configPatches = [] }: Plugin,
  read: ReadSecret,
): Promise<PluginConfig> {
  if (configFrom !== undefined) {
    const { secretKeyRef: ref } = configFrom;
    const { load } = await import('js-yaml');
    const whole = parsed(read(ref), load);
    if (isRecord(whole)) return { config: whole, secretTexts: secretsIn(whole, true) };
    throw wrong(ref, 'a map, in JSON or YAML');
  }
  const patches = configPatches.map(({ path, valueFrom: { secretKeyRef: ref } }) => {
    const value = parsed(read(ref), JSON.parse);
    if (value === undefined) throw wrong(ref, 'JSON; a text needs its quotes');
    return { path, value };
  });
  return {
    config: patches.reduce<Config>((value, patch) => patched(value, patch.path, patch.value), toConfig(config)),
    secretTexts: patches.flatMap(({ value }) => secretsIn(value, true)),
  };
}

/** Patterns of the paths in the entity whose values come from Secrets. */
export function secretPaths({ configFrom, configPatches = [] }: Plugin): readonly string[] {
  if (configFrom !== undefined) return ['config.**'];
  return configPatches.map(({ path }) => ['config', ...pointerParts(path).map(asPattern), '**'].join('.'));
}

// A part that would be read as something else in a pattern stands for any: rather too much is hidden than too little.
function asPattern(part: string): string {
  return /^[\w-]+$/.test(part) && part !== '-' ? part : '*';
}

function toConfig(config: unknown): Config {
  return isRecord(config) ? config : {};
}

// What a parser says of a text quotes it, so nothing of that is passed on.
function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    const value = parse(text);
    return isUnwieldy(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function wrong({ name, key }: { readonly name: string; readonly key: string }, what: string): Terminal {
  return new Terminal(`Secret ${name} must hold ${what}, under the key ${key}`, { reason: 'Invalid' });
}
