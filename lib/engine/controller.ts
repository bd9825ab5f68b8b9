import type { Kind } from '../kinds/define.ts';
import type { ObjectKey } from './objects.ts';
import type { Cluster, Tokens } from './ports.ts';
import type { Run } from './run.ts';

/**
 * How a kind converges. Both methods look at the present state only and may be repeated at any time. They report facts
 * through the run and throw the errors of `errors.ts`; they write no status and no finalizer themselves.
 */
export interface Controller {
  /** Makes the world agree with the object; returns when it does. */
  converge(run: Run): Promise<void>;
  /** Removes what the object caused outside the cluster; returns once that is observed gone. */
  release(run: Run): Promise<void>;
  /** The object is gone without our having seen its deletion (its finalizer was stripped): clear what is known by its name alone. */
  vanished?(key: ObjectKey, ports: { readonly cluster: Cluster; readonly tokens: Tokens }): Promise<void>;
}

/** Finds kinds and their controllers; the engine knows no kind by name. */
export interface Registry {
  kind(group: string, kind: string): Kind | undefined;
  controller(kind: Kind): Controller;
  readonly kinds: readonly Kind[];
}
