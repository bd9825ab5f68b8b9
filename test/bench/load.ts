import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '../../infra/local/stack.ts';
import { holdsForGeneration } from '../../lib/engine/objects.ts';
import type { NewObject } from '../../lib/engine/ports.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { namespace } from './calls.ts';

/** One object of ours that is to be made. */
export interface Wanted {
  readonly kind: Kind;
  readonly object: NewObject;
}

const limitMs = 120_000;
// A person's kubectl applies one after the other; eight make sure that the cluster is not what is waited for.
const hands = 8;
const shortestPauseMs = 10;
const longestPauseMs = 250;

export function kindNamed(name: string): Kind {
  const kind = kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined) throw new Error(`the bench makes objects of the kind ${name}, which is not registered`);
  return kind;
}

/**
 * Makes the objects, in their order as far as several hands keep one, and waits until all of them are done.
 * @returns milliseconds from the first call to the arrival of the last status
 */
export async function carryOut(stack: Stack, wanted: readonly Wanted[]): Promise<number> {
  const start = Date.now();
  const made = createAll(stack, wanted);
  const [end] = await Promise.all([untilDone(stack, wanted), made]);
  return end - start;
}

async function createAll({ admin }: Stack, wanted: readonly Wanted[]): Promise<void> {
  const left = wanted.values();
  const work = async () => {
    for (const { kind, object } of left) await admin.create(kind.resource, object);
  };
  await Promise.all(Array.from({ length: hands }, work));
}

// To list thousands of objects again and again would be a load of its own: not before each can have had its status.
async function untilDone(stack: Stack, wanted: readonly Wanted[]): Promise<number> {
  const deadline = Date.now() + limitMs;
  const count = statusCounter(stack);
  for (;;) {
    const { written, last } = count();
    const left = written < wanted.length ? wanted.length - written : await notDone(stack, wanted);
    if (left === 0) return last;
    if (Date.now() > deadline) {
      throw new Error(`at least ${left} of ${wanted.length} objects are not done after ${limitMs / 1000} s`);
    }
    await delay(Math.min(shortestPauseMs * left, longestPauseMs));
  }
}

/** Counts the status writes from now on, and tells when the last of them came. */
function statusCounter({ kubernetes }: Stack): () => { readonly written: number; readonly last: number } {
  const requests = kubernetes?.requests ?? [];
  let seen = requests.length;
  let written = 0;
  let last = 0;
  return () => {
    for (; seen < requests.length; seen += 1) {
      const request = requests[seen];
      if (request?.subresource !== 'status') continue;
      written += 1;
      last = request.at;
    }
    return { written, last };
  };
}

/** How many are not done, or at least one of those that are not. */
async function notDone({ admin }: Stack, wanted: readonly Wanted[]): Promise<number> {
  // The kind that was made last is the one that is done last.
  const byKind = [...Map.groupBy(wanted, ({ kind }) => kind)].toReversed();
  for (const [kind, some] of byKind) {
    const listed = await admin.list(kind.resource, { namespace });
    const done = new Set(
      listed.filter((one) => holdsForGeneration(one, kind.mainCondition)).map(({ metadata }) => metadata.name),
    );
    const left = some.filter(({ object }) => !done.has(object.metadata.name)).length;
    if (left > 0) return left;
  }
  return 0;
}
