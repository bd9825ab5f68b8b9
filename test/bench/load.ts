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

const limitMs = 150_000;
const betweenMs = 10;
// A person's kubectl applies one after the other; eight make sure that the cluster is not what is waited for.
const hands = 8;

export function kindNamed(name: string): Kind {
  const kind = kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined) throw new Error(`the bench makes objects of the kind ${name}, which is not registered`);
  return kind;
}

/** Makes the objects, in their order as far as several hands keep one. */
export async function createAll({ admin }: Stack, wanted: readonly Wanted[]): Promise<void> {
  const left = wanted.values();
  const work = async () => {
    for (const { kind, object } of left) await admin.create(kind.resource, object);
  };
  await Promise.all(Array.from({ length: hands }, work));
}

/**
 * Waits until every object is done.
 * @returns when the last status was written; milliseconds since the epoch.
 */
export async function untilDone(stack: Stack, wanted: readonly Wanted[]): Promise<number> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const writes = statusWrites(stack);
    // To list thousands of objects again and again would be a load of its own: not before each can have been written.
    const left = writes.length < wanted.length ? wanted.length - writes.length : await notDone(stack, wanted);
    if (left === 0) return writes.at(-1) ?? Date.now();
    if (Date.now() > deadline) {
      throw new Error(`at least ${left} of ${wanted.length} objects are not done after ${limitMs / 1000} s`);
    }
    await delay(left === 1 ? betweenMs : Math.min(betweenMs * left, 250));
  }
}

function statusWrites({ kubernetes }: Stack): readonly number[] {
  const requests = kubernetes?.requests ?? [];
  return requests.filter(({ subresource }) => subresource === 'status').map(({ at }) => at);
}

async function notDone({ admin }: Stack, wanted: readonly Wanted[]): Promise<number> {
  // The kind that was made last is the one that is done last.
  const byKind = [...Map.groupBy(wanted, ({ kind }) => kind)].toReversed();
  let left = 0;
  for (const [kind, some] of byKind) {
    const objects = new Map((await admin.list(kind.resource, { namespace })).map((one) => [one.metadata.name, one]));
    for (const { object } of some) {
      const found = objects.get(object.metadata.name);
      if (found === undefined || !holdsForGeneration(found, kind.mainCondition)) left += 1;
    }
    if (left > 0) return left;
  }
  return left;
}
