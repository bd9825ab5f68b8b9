import { isEntity } from '../engine/core-calls.ts';
import type { EntityMapping } from '../engine/entity.ts';
import { isRecord, type KubernetesObject } from '../engine/objects.ts';
import { labelValue, ownerLabels } from '../engine/owner-tags.ts';
import type { Account } from '../engine/ports.ts';
import { authRef } from '../engine/session.ts';
import type { Kind } from '../kinds/define.ts';
import type { Context } from './context.ts';

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
    for await (const entity of konnect.list(account, { path: mapping.collection })) {
      // One that is none must not hide the others.
      if (!isEntity(entity)) continue;
      const uid = mapping.ownerUid(entity);
      const labels = isRecord(entity['labels']) ? entity['labels'] : {};
      const madeHere = labels[ownerLabels.cluster] === labelValue(context.task.cluster);
      if (uid === undefined || uids.has(uid) || !madeHere) continue;
      const [namespace, name] = [labels[ownerLabels.namespace], labels[ownerLabels.name]];
      context.collected.finding({
        class: 'orphaned',
        kind: kind.resource.kind,
        ...(typeof namespace === 'string' ? { namespace } : {}),
        name: String(name),
        id: entity.id,
        message: 'the object that it was made for is gone: delete it in Konnect, or adopt it',
        policy: 'report',
        sent: false,
      });
    }
  }
}

/** One account for each organisation and server that the cluster has a token of. */
async function accountsOf({ ports, looking, task }: Context, kind: Kind): Promise<readonly Account[]> {
  const name = kind.refs.find((ref) => ref.name === authRef)?.kind;
  const auth = ports.registry.kinds.find(({ resource }) => resource.kind === name);
  const accounts = new Map<string, Account>();
  for (const { metadata } of auth === undefined ? [] : await looking.cluster.all(auth.resource)) {
    const { namespace = '' } = metadata;
    const stored = await ports.tokens.read({ cluster: task.cluster, namespace, name: metadata.name });
    if (stored !== undefined) accounts.set(`${stored.serverURL} ${stored.organizationId}`, stored);
  }
  return [...accounts.values()];
}
