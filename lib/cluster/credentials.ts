import { Terminal } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import type { Clock } from '../engine/ports.ts';
import type { Sensitive } from '../sensitive.ts';
import type { Access, Credentials } from './access.ts';
import { accessOfEks, parseEks } from './eks.ts';
import { accessOfKubeconfig } from './kubeconfig.ts';
import type { AwsKeys } from './presign.ts';

export interface StoredCredentialsOptions {
  /** Gives the stored text: a kubeconfig, or the JSON of an EKS cluster. What it throws is passed on. */
  readonly load: () => Promise<Sensitive>;
  /** The AWS keys that sign an EKS token, such as an SDK client's `config.credentials`. */
  readonly aws: () => Promise<AwsKeys>;
  readonly clock: Clock;
  /** How long the text is believed, so that a rotated one is picked up. Default 300. */
  readonly cacheSeconds?: number;
  /** What relative file names in the kubeconfig mean; without it they are refused. */
  readonly directory?: string;
}

interface Until<T> {
  readonly value: T;
  readonly until: number;
}
interface Cached<T> {
  get(): Promise<T>;
  forget(): void;
}

/** Access to a cluster that is described by a stored text, which is read again when it is old or was refused. */
export function createStoredCredentials(options: StoredCredentialsOptions): Credentials {
  const { load, clock, cacheSeconds = 300 } = options;
  const stored = cached(clock, async () => ({
    value: await accessSource(await load(), options),
    until: clock.now().getTime() + cacheSeconds * 1000,
  }));
  return {
    access: async () => (await stored.get())(),
    refresh: stored.forget,
  };
}

// Tells the two forms apart: JSON with the key `eks`, and a kubeconfig (YAML, of which JSON is a part).
async function accessSource(
  text: Sensitive,
  { aws, clock, directory }: StoredCredentialsOptions,
): Promise<() => Promise<Access>> {
  const json = asJson(text.reveal());
  if (isRecord(json) && 'eks' in json) {
    const eks = parseEks(json);
    return cached(clock, async () => accessOfEks(eks, await aws(), clock.now())).get;
  }
  if (text.reveal().trim() === '') throw new Terminal('kubeconfig refused: the text is empty; store a kubeconfig');
  const access = await accessOfKubeconfig(text, directory);
  return async () => access;
}

function asJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // YAML in flow style starts with a brace as well: the kubeconfig reader will say what is wrong
  }
}

// Concurrent callers share one load; a failed load is not kept.
function cached<T>(clock: Clock, load: () => Promise<Until<T>>): Cached<T> {
  let held: Until<T> | undefined;
  let loading: Promise<Until<T>> | undefined;
  return {
    async get() {
      if (held !== undefined && clock.now().getTime() < held.until) return held.value;
      const mine = loading ?? load();
      loading = mine;
      try {
        const found = await mine;
        if (loading === mine) held = found;
        return found.value;
      } finally {
        if (loading === mine) loading = undefined;
      }
    },
    forget() {
      held = undefined;
      loading = undefined;
    },
  };
}
