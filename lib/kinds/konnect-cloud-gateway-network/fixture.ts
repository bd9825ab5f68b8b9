import { networkKind as kind, network } from '../../../test/memory/cloud.ts';
import { conditionText, forget, key, settle, withAuth } from '../../../test/memory/manifests.ts';
import { type Stage, startStage } from '../../../test/memory/stage.ts';
import { statusText } from '../../engine/objects.ts';

/* What the suites of networks share. */

export async function fresh(spec: Readonly<Record<string, unknown>> = {}): Promise<Stage> {
  const stage = await startStage();
  await withAuth(stage);
  stage.cluster.user.apply(kind.resource, network(stage, spec));
  return stage;
}

export async function programmed(): Promise<Stage> {
  const stage = await fresh();
  await settle(stage, kind, 'net');
  return stage;
}

export function look(stage: Stage, cause: 'change' | 'drift' = 'change', name = 'net') {
  return stage.reconcile(kind, name, { cause });
}

export function condition(stage: Stage, name = 'net'): string {
  return conditionText(stage.object(kind, name), 'Programmed');
}

/** A network of that name that no object made. */
export async function strange(stage: Stage): Promise<string> {
  stage.cluster.user.apply(kind.resource, network(stage, {}, 'strange'));
  await look(stage, 'change', 'strange');
  const id = statusText(stage.object(kind, 'strange'), 'id') ?? '';
  stage.cluster.user.edit(kind.resource, key('strange'), { metadata: { finalizers: null } });
  stage.cluster.user.remove(kind.resource, key('strange'));
  forget(stage);
  return id;
}
