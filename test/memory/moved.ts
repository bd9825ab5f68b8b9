import { statusText } from '../../lib/engine/objects.ts';
import { authConfiguration, authKind, controlPlane, controlPlaneKind, forget, key, settle } from './manifests.ts';
import type { Stage } from './stage.ts';

/**
 * The object `cp` goes without its control plane in Konnect, and comes back with a new one: on `server`, where one is given,
 * by an auth configuration of its own. Returns the new id.
 */
export async function replaceControlPlane(stage: Stage, server?: string): Promise<string> {
  const { user } = stage.cluster;
  user.edit(controlPlaneKind.resource, key('cp'), { metadata: { finalizers: null } });
  user.remove(controlPlaneKind.resource, key('cp'));
  if (server !== undefined) {
    user.apply(authKind.resource, authConfiguration({ serverURL: server }, { name: 'elsewhere' }));
    await settle(stage, authKind, 'elsewhere');
  }
  const authRef = { name: server === undefined ? 'auth' : 'elsewhere' };
  user.apply(controlPlaneKind.resource, controlPlane('cp', { name: 'cp-again', konnect: { authRef } }));
  await settle(stage, controlPlaneKind, 'cp');
  forget(stage);
  return statusText(stage.object(controlPlaneKind, 'cp'), 'id') ?? '';
}
