import { configMapResource, findCondition, type KubernetesObject, secretResource } from '../../lib/engine/objects.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import type { Manifest } from './cluster.ts';
import { goodToken, namespace, type Stage } from './stage.ts';

export const authKind = named('KonnectAPIAuthConfiguration');
export const controlPlaneKind = named('KonnectGatewayControlPlane');
export const extensionKind = named('KonnectExtension');

type Extra = Readonly<Record<string, unknown>>;

export function tokenSecret(token: string, metadata: Extra = {}): Manifest {
  const labels = { 'konghq.com/credential': 'konnect' };
  return { metadata: { name: 'token', namespace, labels, ...metadata }, data: { token: base64(token) } };
}

export function authConfiguration(spec: Extra = {}, metadata: Extra = {}): Manifest {
  return {
    metadata: { name: 'auth', namespace, ...metadata },
    spec: { type: 'secretRef', secretRef: { name: 'token' }, serverURL: 'eu.api.konghq.com', ...spec },
  };
}

export function controlPlane(name: string, spec: Extra = {}, metadata: Extra = {}): Manifest {
  return {
    metadata: { name, namespace, ...metadata },
    spec: { name, konnect: { authRef: { name: 'auth' } }, ...spec },
  };
}

export function group(name: string, members: readonly string[]): Manifest {
  const cluster_type = 'CLUSTER_TYPE_CONTROL_PLANE_GROUP';
  return controlPlane(name, { cluster_type, members: members.map((member) => ({ name: member })) });
}

/** With what the CRD fills in. */
export function extension(spec: Extra = {}, metadata: Extra = {}): Manifest {
  const ref = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp' } };
  return {
    metadata: { name: 'ext', namespace, ...metadata },
    spec: {
      clientAuth: { certificateSecret: { provisioning: 'Automatic' } },
      konnect: { controlPlane: { ref } },
      ...spec,
    },
  };
}

/** A stage's auth configuration, valid. */
export async function withAuth(stage: Stage): Promise<void> {
  stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
  stage.cluster.user.apply(authKind.resource, authConfiguration());
  await settle(stage, authKind, 'auth');
}

/** The same with the control plane `cp`, programmed. */
export async function withControlPlane(stage: Stage): Promise<void> {
  await withAuth(stage);
  stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp'));
  await settle(stage, controlPlaneKind, 'cp');
}

/** The same with the extension `ext`, ready. */
export async function withExtension(stage: Stage): Promise<void> {
  await withControlPlane(stage);
  stage.cluster.user.apply(extensionKind.resource, extension());
  await settle(stage, extensionKind, 'ext');
}

/** Reconciles an object that has to be fine, and forgets the calls that it took. */
export async function settle(stage: Stage, kind: Kind, name: string): Promise<void> {
  const verdict = await stage.reconcile(kind, name);
  if (verdict.is !== 'done') throw new Error(`${kind.resource.kind} ${name}: ${JSON.stringify(verdict)}`);
  forget(stage);
}

export function forget({ cluster, konnect, woken }: Stage): void {
  cluster.forgetCalls();
  konnect.resetRequests();
  woken.splice(0);
}

/** The calls that Konnect got, as `POST /v2/control-planes`, ids as `{id}`. */
export function konnectCalls({ konnect }: Stage): readonly string[] {
  return konnect.requests.map(({ method, path }) => `${method} ${path.replaceAll(/[0-9a-f-]{36}/g, '{id}')}`);
}

/** Control planes in Konnect beside the one that every organisation has. */
export function remotePlanes({ konnect }: Stage) {
  return konnect.controlPlanes().filter(({ name }) => name !== 'default');
}

/** A condition as `True Programmed: message`, or `absent`. */
export function conditionText(object: KubernetesObject, type: string): string {
  const condition = findCondition(object, type);
  if (condition === undefined) return 'absent';
  return `${condition.status} ${condition.reason}${condition.message === '' ? '' : `: ${condition.message}`}`;
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export const key = (name: string) => ({ namespace, name });
export { configMapResource, secretResource };

export function named(name: string): Kind {
  const kind = kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}
