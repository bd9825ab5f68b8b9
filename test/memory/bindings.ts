import { conditionText, konnectCalls, secretResource } from './manifests.ts';
import {
  applyService,
  binding,
  bindingKind,
  plugin,
  pluginKind,
  secret,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from './plugins.ts';
import type { Stage } from './stage.ts';

/* Short words for tests about the binding `bound`, of the plugin `limit`. */

type Extra = Readonly<Record<string, unknown>>;

/** The plugin `limit`, with these fields, bound to the service `svc`. */
export async function bound(
  fields: Extra = {},
  spec: Extra = { targets: serviceTarget() },
  metadata: Extra = {},
): Promise<Stage> {
  const stage = await stageWithControlPlane();
  applyService(stage);
  stage.cluster.user.apply(pluginKind.resource, plugin(fields, metadata));
  stage.cluster.user.apply(bindingKind.resource, binding(spec));
  return stage;
}

export async function settled(...given: Parameters<typeof bound>): Promise<Stage> {
  const stage = await bound(...given);
  await settleAll(stage);
  return stage;
}

export const condition = (stage: Stage, type = 'Programmed') => conditionText(stage.object(bindingKind, 'bound'), type);
export const look = (stage: Stage) => stage.reconcile(bindingKind, 'bound', { cause: 'dependency' });
export const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

export const fromSecret = (name: string, field: string) => ({ secretKeyRef: { name, key: field } });

/** A plugin whose header comes from the Secret `headers`. */
export const patchedPlugin = {
  plugin: 'request-transformer',
  config: { remove: { headers: ['cookie'] } },
  configPatches: [{ path: '/add/headers', valueFrom: fromSecret('headers', 'list') }],
};

export async function withHeaders(list = '["x-token:first"]'): Promise<Stage> {
  const stage = await bound(patchedPlugin);
  stage.cluster.user.apply(secretResource, secret('headers', { list }));
  await settleAll(stage);
  return stage;
}
