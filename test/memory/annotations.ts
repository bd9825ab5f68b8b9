import { conditionText } from './manifests.ts';
import { annotate, applyRoute, applyService, plugin, pluginKind, settleAll, stageWithControlPlane } from './plugins.ts';
import type { Stage } from './stage.ts';

/* Short words for tests about the plugin `limit`, which objects name in their annotation. */

export const namesLimit = { annotations: { 'konghq.com/plugins': 'other, limit' } };

/** A plugin that nobody uses, and a service with a route. */
export async function unused(): Promise<Stage> {
  const stage = await stageWithControlPlane();
  stage.cluster.user.apply(pluginKind.resource, plugin());
  applyService(stage);
  applyRoute(stage);
  await settleAll(stage);
  return stage;
}

export async function annotated(): Promise<Stage> {
  const stage = await unused();
  annotate(stage, 'KongService', 'svc', 'other, limit');
  await settleAll(stage);
  return stage;
}

export function programmed(stage: Stage): string {
  return conditionText(stage.object(pluginKind, 'limit'), 'Programmed');
}
