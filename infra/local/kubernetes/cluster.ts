import type { Tokens } from './access/users.ts';
import type { Registry } from './resources/registry.ts';
import type { Store } from './store/store.ts';

/** What every verb works on. */
export interface Cluster {
  readonly store: Store;
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly clock: () => Date;
}
