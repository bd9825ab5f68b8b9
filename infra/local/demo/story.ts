import { setTimeout as delay } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import {
  conditionsOf,
  findCondition,
  holdsForGeneration,
  isRecord,
  type KubernetesObject,
  keyOf,
} from '../../../lib/engine/objects.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import type { Known } from '../../../lib/kinds/known.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import type { Table } from '../admin.ts';
import type { Stack } from '../stack.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const limitMilliseconds = 25_000;
const pollMilliseconds = 20;

/**
 * Applies a manifest through the Kubernetes API and waits until every object of ours in it is done.
 * @returns what was applied, in that order.
 * @throws {Error} telling the conditions of what is not done in time.
 */
export async function applyAndWait(
  stack: Stack,
  manifest: string,
  progress: (text: string) => void,
): Promise<readonly Known[]> {
  const applied = (await stack.admin.apply(manifest)).flatMap((object) => {
    const kind = kindOf(object);
    return kind === undefined ? [] : [{ kind, object }];
  });
  await allDone(stack, applied, progress);
  return applied;
}

/**
 * The manifest with what `kubectl apply` notes on each object, so that it goes on from there when somebody applies the file
 * again, or an edited one.
 */
export function asApplied(manifest: string): string {
  const documents = parseAllDocuments(manifest).map((document): unknown => document.toJS());
  return documents
    .filter(isRecord)
    .map((value) => {
      const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
      const given = isRecord(metadata['annotations']) ? metadata['annotations'] : {};
      const applied = { ...value, metadata: { ...metadata, annotations: given } };
      const annotations = { ...given, [lastApplied]: `${JSON.stringify(applied)}\n` };
      return JSON.stringify({ ...value, metadata: { ...metadata, annotations } });
    })
    .join('\n---\n');
}

/** Waits for all objects of ours in the namespace, those that were made for others among them; the given ones come first. */
export async function everythingDone(
  stack: Stack,
  first: readonly Known[],
  progress: (text: string) => void,
): Promise<readonly Known[]> {
  const isFirst = ({ object }: Known) => first.some((one) => one.object.metadata.uid === object.metadata.uid);
  await allDone(
    stack,
    (await everything(stack)).filter((one) => !isFirst(one)),
    progress,
  );
  const all = await everything(stack);
  const given = first.flatMap(({ object: { metadata } }) =>
    all.filter(({ object }) => object.metadata.uid === metadata.uid),
  );
  return [...given, ...all.filter((one) => !isFirst(one))];
}

async function everything(stack: Stack): Promise<readonly Known[]> {
  const listed = kinds.map(async (kind) => (await stack.admin.list(kind.resource)).map((object) => ({ kind, object })));
  return (await Promise.all(listed)).flat();
}

async function allDone(stack: Stack, all: readonly Known[], progress: (text: string) => void): Promise<void> {
  const deadline = Date.now() + limitMilliseconds;
  for (const { kind, object } of all) {
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

/** What `kubectl get` prints for the kind of each object. */
export async function tables(stack: Stack, objects: readonly Known[]): Promise<readonly Table[]> {
  const present = new Set(objects.map(({ kind }) => kind));
  return Promise.all([...present].map(({ resource }) => stack.admin.table(resource, 'default')));
}

function kindOf({ apiVersion, kind }: KubernetesObject): Kind | undefined {
  return kinds.find(({ resource }) => resource.kind === kind && `${resource.group}/${resource.version}` === apiVersion);
}
