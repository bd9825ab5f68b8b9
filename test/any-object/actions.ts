import fc from 'fast-check';
import { isRecord, type KubernetesObject } from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { planeId } from '../memory/core.ts';
import { key, named } from '../memory/manifests.ts';
import { binding, bindingKind, serviceTarget } from '../memory/plugins.ts';
import { namespace, type Stage } from '../memory/stage.ts';
import { lacking } from './kept.ts';
import { collections } from './others.ts';
import type { Subject } from './subjects.ts';

/* What is done to the object `any` of a kind, and to its entity. */

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf({ fields, required = [] }: Subject): fc.Arbitrary<Fields> {
  return fc.record(fields, { requiredKeys: Object.keys(fields).filter((field) => required.includes(field)) });
}

/** The entity without what changes by itself, and passwords, which are hashed. */
export function entityOf(stage: Stage, one: Subject): Fields {
  const { collection, id } = whereIs(stage, entityKind(one));
  const entity = stage.konnect.entities(planeId(stage), collection).find((found) => found.id === id);
  const { updated_at: _, password: __, ...fields }: Fields = entity ?? {};
  return meant(fields) as Fields; // a map stays a map
}

/** Without the white space of PEM, and without what is empty, which is the same as nothing. */
function meant(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('-----BEGIN ') ? value.replaceAll(/\s/g, '') : value;
  if (Array.isArray(value)) return value.map(meant);
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, meant(field)] as const);
  return Object.fromEntries(fields.filter(([, field]) => !isEmpty(field)));
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function whereIs(stage: Stage, kind: Kind): { readonly collection: string; readonly id: string } {
  const object = stage.cluster.user.find(kind.resource, kind.resource.namespaced ? key('any') : { name: 'any' });
  const id = (object && placeOf(object)?.id) ?? '';
  const collection = collections.find((name) =>
    stage.konnect.entities(planeId(stage), name).some((entity) => entity.id === id),
  );
  return { collection: collection ?? '', id };
}

/** The kind whose object is the entity. */
export function entityKind({ kind }: Subject): Kind {
  return kind === named('KongPlugin') ? bindingKind : kind;
}

/** What the fields say and the entity does not; nothing for kinds whose entity is none of the core. */
export function lost(stage: Stage, one: Subject, given: Fields): readonly string[] {
  if (entityKind(one).core === undefined) return [];
  const fields = withCertificate(stage, given);
  return lacking(entityOf(stage, one), one.told?.(fields) ?? fields);
}

/** False where the value is as it was, Konnect would not take it, or can not tell. */
export function change(stage: Stage, one: Subject, field: string, value: unknown): boolean {
  const { collection, id } = whereIs(stage, entityKind(one));
  try {
    stage.konnect.patchEntity(planeId(stage), collection, id, { [field]: value });
    return true;
  } catch {
    return false;
  }
}

interface Made {
  readonly kind: Kind;
  readonly name: string;
}

/** A certificate that is referred to is one that is there. */
function withCertificate(stage: Stage, fields: Fields): Fields {
  if (!('client_certificate' in fields)) return fields;
  return { ...fields, client_certificate: { id: placeOf(stage.object(named('KongCertificate'), 'cert'))?.id } };
}

/** Makes the object, and for a plugin the binding that sends it. */
export function apply(
  stage: Stage,
  { kind, refs, flat, untagged }: Subject,
  given: Fields,
  specTags: unknown,
  annotated: readonly string[],
): readonly Made[] {
  const fields = withCertificate(stage, given);
  const place = kind.resource.namespaced ? { namespace } : {};
  const annotations = { 'konghq.com/tags': annotated.slice(0, 3).join(',') };
  const metadata = { name: 'any', ...place, annotations };
  const spec = { ...refs, ...(untagged ? {} : { tags: specTags }) };
  const isPlugin = kind === named('KongPlugin');
  const whole = flat ? { ...fields, ...(isPlugin ? {} : { spec }) } : { spec: { ...fields, ...spec } };
  stage.cluster.user.apply(kind.resource, { metadata, ...whole });
  if (!isPlugin) return [{ kind, name: 'any' }];
  const pluginRef = { kind: 'KongPlugin', name: 'any' };
  stage.cluster.user.apply(bindingKind.resource, binding({ pluginRef, targets: serviceTarget() }, 'any'));
  return [
    { kind: bindingKind, name: 'any' },
    { kind, name: 'any' },
  ];
}

export async function removed(stage: Stage, made: readonly Made[]): Promise<void> {
  for (const { kind, name } of made) {
    stage.cluster.user.remove(kind.resource, kind.resource.namespaced ? key(name) : { name });
    const { is } = await stage.reconcile(kind, name);
    if (is !== 'done') throw new Error(`${kind.resource.kind} is not released: ${is}`);
  }
}

export function everything(stage: Stage): readonly unknown[] {
  const { konnect, cluster } = stage;
  const plane = planeId(stage);
  const entities = collections.flatMap((collection) => konnect.entities(plane, collection).map(({ id }) => id));
  const uploaded = konnect.certificates(plane).map((certificate) => (isRecord(certificate) ? certificate['id'] : ''));
  return [
    entities,
    uploaded,
    cluster.user.objects.map(({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`),
  ];
}
