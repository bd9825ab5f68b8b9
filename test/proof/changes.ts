import type { LocalKubernetes } from '../../infra/local/kubernetes/server.ts';

/** What became of changes that people made, as the API server's own log tells it. */
export interface Changes {
  /** Reads the log on. */
  look(): void;
  readonly made: number;
  readonly pending: number;
  /** Milliseconds from the arrival of each change to that of the status for it. */
  readonly latencies: readonly number[];
  /** When the first change came and when the last status did; milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

// By then an answer has been made, and the log knows which.
const settledMs = 500;

/** Follows the changes from now on. */
export function followChanges({ requests }: Pick<LocalKubernetes, 'requests'>): Changes {
  const waiting = new Map<string, number>();
  const latencies: number[] = [];
  let seen = requests.length;
  let made = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  return {
    look() {
      const until = Date.now() - settledMs;
      for (; seen < requests.length; seen += 1) {
        const { verb, user, resource, subresource, namespace, name, at, status } = requests[seen] ?? { at: until + 1 };
        if (at > until) return;
        if (verb !== 'patch' || status !== 200) continue;
        const key = `${resource}/${namespace}/${name}`;
        const isOurs = user?.startsWith('konnect-reconciler-') === true;
        if (!isOurs && subresource === undefined) {
          made += 1;
          first = Math.min(first, at);
          // A status answers all changes before it: the first of them waited longest.
          if (!waiting.has(key)) waiting.set(key, at);
        } else if (isOurs && subresource === 'status' && waiting.has(key)) {
          latencies.push(at - (waiting.get(key) ?? at));
          waiting.delete(key);
          last = at;
        }
      }
    },
    get made() {
      return made;
    },
    get pending() {
      return waiting.size;
    },
    latencies,
    get first() {
      return first;
    },
    get last() {
      return last;
    },
  };
}

/** The value below which so large a share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
