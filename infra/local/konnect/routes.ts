import findMyWay, { type HTTPMethod } from 'find-my-way';
import type { Operation } from './operation.ts';

const maxParamLength = 1000;

/** An operation, and what its path says in place of each `:name`. */
export interface Route {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds what serves a path. To build it takes longer than to start a server, so all servers of a process share one. */
export type Routes = (method: string, url: string) => Route | undefined;

export function routesOf(operations: readonly Operation[]): Routes {
  const router = findMyWay({ maxParamLength });
  for (const operation of operations) router.on(operation.method, operation.path, () => undefined, operation);
  return (method, url) => {
    const found = router.find(method as HTTPMethod, url); // nothing for a method that it does not know
    if (found === null) return undefined;
    return { operation: found.store as Operation, params: found.params as Readonly<Record<string, string>> };
  };
}
