import { setTimeout as delay } from 'node:timers/promises';
import {
  conditionsOf,
  findCondition,
  holdsForGeneration,
  type KubernetesObject,
  keyOf,
} from '../../../lib/engine/objects.ts';
import { type Kind, lanes } from '../../../lib/kinds/define.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import type { Table } from '../admin.ts';
import type { Stack } from '../stack.ts';

const limitMilliseconds = 45_000;
const pollMilliseconds = 20;

/**
 * Applies a manifest through the Kubernetes API and waits until every object of ours in it is done.
 * @throws {Error} telling the conditions of what is not done in time.
 */
export async function applyAndWait(stack: Stack, manifest: string, progress: (text: string) => void): Promise<void> {
  const applied = (await stack.admin.apply(manifest)).flatMap((object) => {
    const kind = kindOf(object);
    return kind === undefined ? [] : [{ kind, object }];
  });
  const deadline = Date.now() + limitMilliseconds;
  for (const { kind, object } of applied) {
    await untilDone(stack, kind, object, deadline);
    progress(`${kind.resource.kind} ${object.metadata.name}: ${kind.mainCondition}`);
  }
}

async function untilDone(stack: Stack, kind: Kind, object: KubernetesObject, deadline: number): Promise<void> {
  for (;;) {
    const present = await stack.admin.get(kind.resource, keyOf(object));
    if (present !== undefined && holdsForGeneration(present, kind.mainCondition)) return;
    if (Date.now() > deadline) throw new Error(notDone(kind, object, present));
    await delay(pollMilliseconds);
  }
}

function notDone(kind: Kind, object: KubernetesObject, present: KubernetesObject | undefined): string {
  const told =
    present === undefined
      ? []
      : conditionsOf(present).map(({ type, status, message }) => `  ${type}=${status} ${message}`);
  const main = present && findCondition(present, kind.mainCondition);
  return [
    `${kind.resource.kind} ${object.metadata.name} is not ${kind.mainCondition} (${main?.reason ?? 'no status'}) in time:`,
    ...told,
  ].join('\n');
}

/** What `kubectl get` prints for each kind, in the order of the story. */
export async function tables(stack: Stack): Promise<readonly Table[]> {
  const inOrder = [...kinds].sort((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane));
  return Promise.all(inOrder.map(({ resource }) => stack.admin.table(resource, 'default')));
}

function kindOf({ apiVersion, kind }: KubernetesObject): Kind | undefined {
  return kinds.find(({ resource }) => resource.kind === kind && `${resource.group}/${resource.version}` === apiVersion);
}
