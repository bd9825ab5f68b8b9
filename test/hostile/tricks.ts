import { accountAnnotation, claimAnnotation, finalizer } from '../../lib/engine/names.ts';
import { isRecord, type KubernetesObject } from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import { namespace, organizationId } from '../memory/stage.ts';

/* What somebody may try to make an object of theirs pass for another's. */

export const tricks = {
  status: (one: Copy) => ({ ...one.object, status: one.prey.status }),
  notes: (one: Copy) => annotated(one.object, one.prey.metadata.annotations),
  claim: (one: Copy) => annotated(one.object, { [claimAnnotation]: claimOn(one.prey) }),
  account: (one: Copy) => annotated(one.object, { [accountAnnotation]: `${namespace}/konnect-api-auth` }),
  owner: (one: Copy) =>
    withMetadata(one.object, {
      labels: { 'konnect-reconciler.io/derived-from': one.prey.metadata.uid },
      ownerReferences: [{ ...one.prey, name: one.prey.metadata.name, uid: one.prey.metadata.uid, metadata: undefined }],
    }),
  finalizer: (one: Copy) => withMetadata(one.object, { finalizers: [finalizer] }),
  adopt: (one: Copy) => withSpec(one.object, { adopt: adoption(one.prey, 'override') }),
  match: (one: Copy) => withSpec(one.object, { adopt: adoption(one.prey, 'match') }),
  refs: (one: Copy) => ({ ...one.object, spec: pointing(one.object.spec) }),
  mirror: (one: Copy) => withSpec(one.object, { source: 'Mirror', mirror: { konnect: { id: placeOf(one.prey)?.id } } }),
  id: (one: Copy) =>
    withSpec(one.object, { controlPlaneRef: { type: 'konnectID', konnectID: placeOf(one.prey)?.controlPlaneID } }),
  tags: (one: Copy) => withSpec(one.object, { tags: [`k8s-uid:${one.prey.metadata.uid}`] }),
  annotatedTags: (one: Copy) => annotated(one.object, { 'konghq.com/tags': `k8s-uid:${one.prey.metadata.uid}` }),
} satisfies Readonly<Record<string, (one: Copy) => KubernetesObject>>;

export type Trick = keyof typeof tricks;

export interface Copy {
  readonly prey: KubernetesObject;
  readonly object: KubernetesObject;
}

function adoption(prey: KubernetesObject, mode: string) {
  return { from: 'konnect', mode, konnect: { id: placeOf(prey)?.id } };
}

function claimOn(prey: KubernetesObject): string {
  const place = placeOf(prey);
  if (prey.kind === 'KonnectCloudGatewayNetwork') return `network ${organizationId}/${nameIn(prey)}`;
  const plane = isRecord(prey.status) ? prey.status['controlPlaneID'] : undefined;
  return typeof plane === 'string' ? `configuration ${plane}` : `dp-client-certificate/${place?.id}`;
}

function nameIn({ spec }: KubernetesObject): string {
  return isRecord(spec) ? String(spec['name']) : '';
}

/** Every reference by name now says the examples' namespace as well. */
function pointing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointing);
  if (!isRecord(value)) return value;
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, pointing(field)]));
  return typeof value['name'] === 'string' ? { ...fields, namespace } : fields;
}

export function annotated(object: KubernetesObject, annotations: object = {}): KubernetesObject {
  return withMetadata(object, { annotations: { ...object.metadata.annotations, ...annotations } });
}

export function withMetadata(object: KubernetesObject, metadata: object): KubernetesObject {
  return JSON.parse(JSON.stringify({ ...object, metadata: { ...object.metadata, ...metadata } })) as KubernetesObject;
}

function withSpec(object: KubernetesObject, spec: object): KubernetesObject {
  return { ...object, spec: { ...(isRecord(object.spec) ? object.spec : {}), ...spec } };
}
