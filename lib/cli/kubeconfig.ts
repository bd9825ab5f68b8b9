import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { dirname } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { load as loadYaml } from 'js-yaml';
import type { Access, Credentials } from '../cluster/access.ts';
import { accessOfKubeconfig } from '../cluster/kubeconfig.ts';
import { plainKubeconfig, readNamed } from '../cluster/kubeconfig-text.ts';
import { Terminal } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import { Sensitive } from '../sensitive.ts';
import { Problem } from './problem.ts';

export interface KubeconfigOptions {
  /** The first that names something wins, as with kubectl; files that are not there are skipped where there are several. */
  readonly files: readonly string[];
  /** The current one unless given. */
  readonly context?: string;
}

/** How a person's kubectl reaches a cluster: a context of a kubeconfig, with plugins that fetch tokens. */
export interface PersonalAccess {
  readonly context: string;
  readonly credentials: Credentials;
}

/**
 * Reads a kubeconfig as kubectl does. Other than in a function, plugins of the kubeconfig run: they are this person's.
 * @throws {Problem} where there is none, or it has no such context.
 */
export function personalAccess({ files, context }: KubeconfigOptions): PersonalAccess {
  const load = (): KubeConfig => {
    const config = merged(files);
    if (context !== undefined) config.setCurrentContext(context);
    return config;
  };
  const config = load();
  const name = config.getCurrentContext();
  if (config.getContextObject(name) === null) {
    const names = config.getContexts().map((one) => one.name);
    const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new Problem(
      `the kubeconfig ${files.join(', ')} has no context "${name}" (${known}): choose one with --context`,
    );
  }
  let made: Promise<Access> | undefined;
  return {
    context: name,
    credentials: {
      access() {
        // Loaded anew each time: a KubeConfig remembers what a plugin has fetched, also when that was refused.
        made ??= accessOf(load());
        return made;
      },
      refresh() {
        made = undefined;
      },
    },
  };
}

function merged(files: readonly string[]): KubeConfig {
  const all = new KubeConfig();
  let isFirst = true;
  const problems: string[] = [];
  for (const file of files) {
    const config = new KubeConfig();
    try {
      config.loadFromString(plainOf(file));
      config.makePathsAbsolute(dirname(file));
    } catch (error) {
      problems.push(wordsOf(file, error));
      continue;
    }
    add(all, config, !isFirst);
    isFirst = false;
  }
  if (isFirst) throw new Problem(`no kubeconfig: ${problems.join(', ')}; set KUBECONFIG, or give --kubeconfig`);
  return all;
}

function plainOf(path: string): string {
  const file = (name: string, field: string) => readNamed(name, field, dirname(path)).trim();
  return plainKubeconfig(readFileSync(path, 'utf8'), { load: loadYaml, file });
}

// Messages of others may quote the lines around a fault, and those may hold a token.
function wordsOf(file: string, error: unknown): string {
  if (isRecord(error) && error['code'] === 'ENOENT') return `there is no ${file}`;
  return `${file} is not a kubeconfig${error instanceof Terminal ? ` (${error.message})` : ''}`;
}

/** What has a name already is left out: the package would refuse all. */
function add(all: KubeConfig, config: KubeConfig, keepContext: boolean): void {
  if (!keepContext) all.setCurrentContext(config.getCurrentContext());
  for (const one of config.clusters) if (all.getCluster(one.name) === null) all.addCluster(one);
  for (const one of config.users) if (all.getUser(one.name) === null) all.addUser(one);
  for (const one of config.contexts) if (all.getContextObject(one.name) === null) all.addContext(one);
}

async function accessOf(config: KubeConfig): Promise<Access> {
  const user = config.getCurrentUser();
  const isFetched = user !== null && (user.exec !== undefined || user.authProvider !== undefined);
  const complete = isFetched ? await withFetched(config) : config;
  // File names in it are absolute by now, so that any directory will do.
  return accessOfKubeconfig(new Sensitive(complete.exportConfig()), '/');
}

/** The same with what the user's plugin has fetched in place of the plugin. */
async function withFetched(config: KubeConfig): Promise<KubeConfig> {
  const fetched: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(fetched);
  } catch {
    // The message holds what the plugin has printed, and that may be a token.
    const how = `kubectl --context ${config.getCurrentContext()} version`;
    throw new Problem(
      `the plugin of user "${config.getCurrentUser()?.name}" gave no credentials: see why with \`${how}\``,
    );
  }
  const headers = new Headers(Object.entries(fetched.headers ?? {}).map(([name, value]) => [name, String(value)]));
  const token = headers.get('authorization')?.replace(/^Bearer /, '');
  const complete = new KubeConfig();
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Problem(`the context "${config.getCurrentContext()}" names no cluster that is there`);
  complete.loadFromClusterAndUser(cluster, {
    name: config.getCurrentUser()?.name ?? 'user',
    ...(token === undefined ? {} : { token }),
    ...(fetched.cert === undefined ? {} : { certData: base64(fetched.cert) }),
    ...(fetched.key === undefined ? {} : { keyData: base64(fetched.key) }),
  });
  return complete;
}

function base64(pem: unknown): string {
  return Buffer.from(String(pem)).toString('base64');
}
