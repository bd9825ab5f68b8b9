import { Terminal } from '../../lib/engine/errors.ts';
import type { StoredToken, TokenKey, Tokens } from '../../lib/engine/ports.ts';
import { Sensitive } from '../../lib/sensitive.ts';

/** A token store in memory whose cache never ends by itself: a reader that forgets to `refresh` goes on with an old token. */
export interface MemoryTokens extends Tokens {
  /** What is stored, past the cache. */
  stored(key: TokenKey): StoredToken | undefined;
  /** Writes that changed something since the start: `keep`s and `forget`s. */
  readonly writes: number;
  /** Stores as another container of the function would: this one's cache does not learn of it. */
  storeElsewhere(key: TokenKey, stored: StoredToken | undefined): void;
  /** A user's own secret, and who may use it: `<cluster>/<namespace>`. */
  putSecret(arn: string, value: string, allowed: readonly string[]): void;
  /** Every call ends with this error; undefined ends that. */
  fail(error: Error | undefined): void;
}

const arnShape = /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;

export function createMemoryTokens(): MemoryTokens {
  const store = new Map<string, StoredToken>();
  const cache = new Map<string, StoredToken | undefined>();
  const secrets = new Map<string, { readonly value: string; readonly allowed: readonly string[] }>();
  let writes = 0;
  let failure: Error | undefined;
  const nameOf = ({ cluster, namespace, name }: TokenKey): string => `${cluster}/${namespace}/${name}`;
  const called = async (): Promise<void> => {
    await Promise.resolve();
    if (failure !== undefined) throw failure;
  };
  return {
    async read(key) {
      const name = nameOf(key);
      if (cache.has(name)) return cache.get(name);
      await called();
      cache.set(name, store.get(name));
      return store.get(name);
    },
    refresh: (key) => void cache.delete(nameOf(key)),
    async keep(key, stored) {
      await called();
      const name = nameOf(key);
      const present = store.get(name);
      cache.delete(name);
      const same = stored.token.equals(present?.token) && stored.serverURL === present?.serverURL;
      if (same && stored.organizationId === present?.organizationId) return;
      writes += 1;
      store.set(name, stored);
    },
    async forget(key) {
      await called();
      cache.delete(nameOf(key));
      if (store.delete(nameOf(key))) writes += 1;
    },
    async reveal(arn, { cluster, namespace }) {
      await called();
      if (!arnShape.test(arn)) throw new Terminal('the key "arn" is not the whole ARN of a secret');
      const secret = secrets.get(arn);
      if (secret === undefined) return undefined;
      const reader = `${cluster}/${namespace}`;
      if (!secret.allowed.includes(reader))
        throw new Terminal(`the AWS secret ${arn} does not allow ${reader}`, { reason: 'RefNotPermitted' });
      return new Sensitive(secret.value);
    },
    stored: (key) => store.get(nameOf(key)),
    get writes() {
      return writes;
    },
    storeElsewhere(key, stored) {
      if (stored === undefined) store.delete(nameOf(key));
      else store.set(nameOf(key), stored);
    },
    putSecret: (arn, value, allowed) => void secrets.set(arn, { value, allowed }),
    fail(error) {
      failure = error;
    },
  };
}
