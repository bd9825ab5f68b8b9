import { X509Certificate } from 'node:crypto';
import type { ControlPlane, KonnectRequest } from '../../infra/local/konnect/server.ts';
import type { Stack } from '../../infra/local/stack.ts';
import {
  conditionsOf,
  configMapResource,
  findCondition,
  holdsForGeneration,
  type KubernetesObject,
  secretResource,
  statusText,
} from '../../lib/engine/objects.ts';
import { textAt } from '../../lib/kinds/fields.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type Manifest, resourceNamed } from './manifests.ts';
import type { Poll } from './poll.ts';

/** One namespace and one Konnect organisation, and what a person does and sees there. */
export interface Scene {
  readonly namespace: string;
  readonly organizationId: string;
  /** A token of the organisation. */
  readonly token: string;
  apply(...manifests: readonly Manifest[]): Promise<void>;
  get(kind: string, name: string): Promise<KubernetesObject | undefined>;
  patch(kind: string, name: string, patch: Readonly<Record<string, unknown>>): Promise<KubernetesObject>;
  remove(kind: string, name: string): Promise<void>;
  /** All objects of our kinds. */
  objects(): Promise<readonly KubernetesObject[]>;
  until(
    kind: string,
    name: string,
    what: string,
    holds: (object: KubernetesObject) => boolean,
  ): Promise<KubernetesObject>;
  /** Waits until the object is done for its present generation. */
  done(kind: string, name: string): Promise<KubernetesObject>;
  /** `type=status reason: message` of each condition, sorted. */
  conditions(kind: string, name: string): Promise<readonly string[]>;
  /** Control planes in Konnect that somebody made. */
  planes(): readonly ControlPlane[];
  /** The calls to Konnect with a token of the organisation. */
  calls(): readonly KonnectRequest[];
  /** SHA-256 fingerprint of the certificate in a Secret. */
  mounted(secret: string): Promise<string | undefined>;
  /** The fingerprints that Konnect has for a control plane. */
  pinned(controlPlaneId: string): readonly string[];
  configMap(name: string): Promise<unknown>;
}

export interface SceneOptions {
  readonly stack: Stack;
  readonly until: Poll;
  /** Of the namespace. */
  readonly name: string;
  readonly organizationId: string;
  readonly token: string;
}

export async function createScene({ stack, until, name, organizationId, token }: SceneOptions): Promise<Scene> {
  const namespace = name;
  const { admin } = stack;
  await admin.create(resourceNamed('Namespace'), { metadata: { name: namespace } });
  const scene: Scene = {
    namespace,
    organizationId,
    token,
    async apply(...manifests) {
      for (const manifest of manifests) {
        await admin.apply(JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, namespace } }));
      }
    },
    get: (kind, one) => admin.get(resourceNamed(kind), { namespace, name: one }),
    patch: (kind, one, patch) => admin.patch(resourceNamed(kind), { namespace, name: one }, patch),
    remove: (kind, one) => admin.delete(resourceNamed(kind), { namespace, name: one }),
    objects: async () => (await Promise.all(kinds.map(({ resource }) => admin.list(resource, { namespace })))).flat(),
    until: (kind, one, what, holds) =>
      until(`${kind} ${namespace}/${one}: ${what}`, async () => {
        const object = await scene.get(kind, one);
        return object !== undefined && holds(object) ? object : undefined;
      }),
    done(kind, one) {
      const type = kinds.find(({ resource }) => resource.kind === kind)?.mainCondition ?? '';
      return scene.until(kind, one, `${type} is True`, (object) => holdsForGeneration(object, type));
    },
    async conditions(kind, one) {
      const object = await scene.get(kind, one);
      return (object === undefined ? [] : conditionsOf(object))
        .map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)
        .sort();
    },
    planes: () => stack.konnect.controlPlanes(organizationId).filter((plane) => plane.name !== 'default'),
    calls: () => stack.konnect.requests.filter((request) => request.organizationId === organizationId),
    async mounted(secret) {
      const found = await admin.get(secretResource, { namespace, name: secret });
      const pem = textAt(found, 'data', 'tls.crt');
      return pem === undefined ? undefined : fingerprintOf(Buffer.from(pem, 'base64').toString());
    },
    pinned: (id) => stack.konnect.certificates(id).map(({ cert }) => fingerprintOf(cert)),
    configMap: async (one) => (await admin.get(configMapResource, { namespace, name: one }))?.['data'],
  };
  return scene;
}

export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

/** Id of the entity that an object became. */
export function idOf(object: KubernetesObject): string {
  const id = statusText(object, 'id');
  if (id === undefined) throw new Error(`${object.kind} ${object.metadata.name} has no id in its status`);
  return id;
}

/** The message of a condition; empty where there is no such condition. */
export function messageOf(object: KubernetesObject | undefined, type: string): string {
  return (object && findCondition(object, type)?.message) ?? '';
}
