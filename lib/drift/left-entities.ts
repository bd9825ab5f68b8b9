import { isEntity } from '../engine/core-calls.ts';
import type { EntityMapping } from '../engine/entity.ts';
import { isRecord, type KubernetesObject } from '../engine/objects.ts';
import { labelValue, ownerLabels } from '../engine/owner-tags.ts';
import type { Entity } from '../engine/plan.ts';
import type { Account } from '../engine/ports.ts';
import { authRef } from '../engine/session.ts';
import type { Kind } from '../kinds/define.ts';
import type { Context } from './context.ts';
import { messageOf } from './kind-check.ts';

/**
 * Tells of entities that live in no control plane and were made for objects of this cluster which are gone. What is in
 * them may be worth more than a quota: they are told, and never deleted.
 * @param objects all objects of the kind in the cluster.
 */
export async function checkLeftEntities(
  context: Context,
  kind: Kind,
  mapping: EntityMapping,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const uids = new Set(objects.map(({ metadata }) => metadata.uid));
  for (const account of await accountsOf(context, kind)) {
    const { konnect } = context.looking.konnect.forRun(() => undefined);
    await orTell(context, kind, async () => {
      // One that is none must not hide the others.
      for await (const entity of konnect.list(account, { path: mapping.collection }))
        if (isEntity(entity)) tellIfLeft(context, kind, uids, { entity, uid: mapping.ownerUid(entity) });
    });
  }
}

function tellIfLeft(
  { task, collected }: Context,
  { resource }: Kind,
  uids: ReadonlySet<string>,
  { entity, uid }: { readonly entity: Entity; readonly uid: string | undefined },
): void {
  const labels = isRecord(entity['labels']) ? entity['labels'] : {};
  const madeHere = labels[ownerLabels.cluster] === labelValue(task.cluster);
  if (uid === undefined || uids.has(uid) || !madeHere) return;
  const [namespace, name] = [labels[ownerLabels.namespace], labels[ownerLabels.name]];
  collected.finding({
    class: 'orphaned',
    kind: resource.kind,
    ...(typeof namespace === 'string' ? { namespace } : {}),
    name: String(name),
    id: entity.id,
    message: 'the object that it was made for is gone: delete it in Konnect, or adopt it',
    policy: 'report',
    sent: false,
  });
}

/** One account for each organisation and server that the cluster has a token of. */
async function accountsOf(context: Context, kind: Kind): Promise<readonly Account[]> {
  const { ports, looking, task } = context;
  const name = kind.refs.find((ref) => ref.name === authRef)?.kind;
  const auth = ports.registry.kinds.find(({ resource }) => resource.kind === name);
  const accounts = new Map<string, Account>();
  for (const { metadata } of auth === undefined ? [] : await looking.cluster.all(auth.resource)) {
    const { namespace = '' } = metadata;
    await orTell(context, kind, async () => {
      const stored = await ports.tokens.read({ cluster: task.cluster, namespace, name: metadata.name });
      if (stored !== undefined) accounts.set(`${stored.serverURL} ${stored.organizationId}`, stored);
    });
  }
  return [...accounts.values()];
}

/** One account that can not be read must not hide the others. */
async function orTell({ ports, collected }: Context, { resource }: Kind, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ports.log.warn('drift check of an account failed', { kind: resource.kind, error });
    collected.problem(messageOf(error), resource.kind);
  }
}
