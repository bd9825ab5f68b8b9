import { Terminal, Wait } from '../../engine/errors.ts';
import { type Inputs, versionOf } from '../../engine/inputs.ts';
import { display, type KubernetesObject, secretResource } from '../../engine/objects.ts';
import type { Refs } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import { annotatedTags } from '../../engine/tags.ts';
import { present } from '../core-paths.ts';
import { fieldsOf, textAt } from '../fields.ts';
import { type Fields as Plugin, schema as pluginSchema } from '../kong-plugin/schema.ts';
import { secretsOf } from '../kong-plugin/secrets.ts';
import { secretText } from '../secret-text.ts';
import { pluginConfig, secretPaths } from './config.ts';
import { unusable } from './refs.ts';

const condition = 'PluginRefValid';

/**
 * The plugin, with what its configuration takes from Secrets.
 * @throws {Wait} for a Secret that is not there, {Terminal} for one that does not hold what it should: never is a plugin
 * written with less than its whole configuration.
 */
export async function readInputs(run: Run, refs: Refs): Promise<Inputs> {
  const object = refs.get('plugin')?.object;
  if (object === undefined) throw unsupported(run);
  const plugin = fieldsOf(pluginSchema, object);
  const secrets = await readSecrets(run, object);
  const { config, secretTexts } = await refusedAloud(run, () => pluginConfig(plugin, (key) => textIn(secrets, key)));
  sayUnused(run, object, plugin);
  return {
    body: present({
      name: plugin.plugin,
      config,
      enabled: plugin.disabled !== true,
      instance_name: plugin.instance_name,
      protocols: plugin.protocols,
      ordering: plugin.ordering,
    }),
    tags: annotatedTags(object.metadata),
    secret: secretPaths(plugin),
    secretTexts,
    // An annotation does not count as a new generation.
    versions: [versionOf(object), tagsVersion(object), ...[...secrets.values()].map(versionOf)],
  };
}

function tagsVersion({ metadata }: KubernetesObject): string {
  return `tags ${annotatedTags(metadata).join(',')}`;
}

async function readSecrets(run: Run, plugin: KubernetesObject): Promise<ReadonlyMap<string, KubernetesObject>> {
  const { namespace = '' } = plugin.metadata;
  const names = [...new Set(secretsOf(plugin).map(({ name }) => name))];
  const found = new Map<string, KubernetesObject>();
  for (const name of names) {
    const secret = await run.cluster.get(secretResource, { namespace, name });
    if (secret === undefined) {
      const message = `KongPlugin ${display(plugin.metadata)} takes its configuration from Secret ${namespace}/${name}, which does not exist`;
      for (const fact of unusable(condition, message)) run.report.condition(fact);
      throw new Wait(message);
    }
    found.set(name, secret);
  }
  return found;
}

function textIn(
  secrets: ReadonlyMap<string, KubernetesObject>,
  { name, key }: { readonly name: string; readonly key: string },
): string {
  const secret = secrets.get(name);
  const text = secret && secretText(secret, key);
  if (text !== undefined) return text;
  throw new Terminal(`Secret ${name} has no key ${key}, which the plugin's configuration is read from`, {
    reason: 'Invalid',
  });
}

async function refusedAloud<Value>(run: Run, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Terminal)
      run.report.condition({ type: condition, status: 'False', reason: 'Invalid', message: error.message });
    throw error;
  }
}

function unsupported(run: Run): Terminal {
  const name = textAt(run.object.spec, 'pluginRef', 'name') ?? '';
  const message = `KongClusterPlugin ${name} can not be bound: only ingress controllers know that kind. Make a KongPlugin of this namespace out of it`;
  run.report.condition({ type: condition, status: 'False', reason: 'Invalid', message });
  return new Terminal(message, { reason: 'UnsupportedPlugin' });
}

/** Fields of the CRD that Konnect has no counterpart for. */
function sayUnused(run: Run, { metadata }: KubernetesObject, { run_on, consumerRef }: Plugin): void {
  const unused = Object.entries({ run_on, consumerRef }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (unused.length === 0) return;
  const message = `Referenced KongPlugin ${display(metadata)} is valid; not sent, since Konnect does not know it: ${unused.join(', ')}`;
  run.report.condition({ type: condition, status: 'True', reason: 'Valid', message });
}
