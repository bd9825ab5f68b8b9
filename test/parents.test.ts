import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../lib/engine/objects.ts';
import { placeOf } from '../lib/engine/place.ts';
import type { Kind } from '../lib/kinds/define.ts';
import { certificate } from './any-object/others.ts';
import { exampleSpec } from './any-object/texts.ts';
import { aclKind, entities, entity, inControlPlane, routeKind, serviceKind } from './memory/core.ts';
import { conditionText, controlPlane, controlPlaneKind, key, named } from './memory/manifests.ts';
import { settleAll, stageWithControlPlane } from './memory/plugins.ts';
import { namespace, type Stage } from './memory/stage.ts';

/* A parent that goes, comes back, is another one now, or lives elsewhere: nothing is left behind, and nothing is there twice. */

type Fields = Readonly<Record<string, unknown>>;

interface Family {
  readonly parent: Kind;
  readonly parentSpec: Fields;
  readonly child: Kind;
  readonly childSpec: Fields;
  readonly collection: string;
  readonly condition: string;
  /** Field of the child's entity that holds the parent's id. */
  readonly field: string;
  readonly flat?: true;
}

const { cert, key: privateKey } = certificate;
const plane = { controlPlaneRef: inControlPlane };
const namedRef = (name: string) => ({ type: 'namespacedRef', namespacedRef: { name } });
const pem = (exampleSpec('kong-key', 'KongKey') as { pem: unknown }).pem;

const families: readonly Family[] = [
  {
    parent: serviceKind,
    parentSpec: { ...plane, host: 'shop.internal' },
    child: routeKind,
    childSpec: { serviceRef: namedRef('parent'), paths: ['/shop'] },
    collection: 'routes',
    condition: 'KongServiceRefValid',
    field: 'service',
  },
  {
    parent: named('KongUpstream'),
    parentSpec: { ...plane, name: 'up' },
    child: named('KongTarget'),
    childSpec: { upstreamRef: { name: 'parent' }, target: '10.0.0.1:80', weight: 1 },
    collection: 'targets',
    condition: 'KongUpstreamRefValid',
    field: 'upstream',
  },
  {
    parent: named('KongCertificate'),
    parentSpec: { ...plane, cert, key: privateKey },
    child: named('KongSNI'),
    childSpec: { certificateRef: { name: 'parent' }, name: 'shop.example.com' },
    collection: 'snis',
    condition: 'KongCertificateRefValid',
    field: 'certificate',
  },
  {
    parent: named('KongKeySet'),
    parentSpec: { ...plane, name: 'set' },
    child: named('KongKey'),
    childSpec: { ...plane, keySetRef: namedRef('parent'), kid: 'k', pem },
    collection: 'keys',
    condition: 'KeySetRefValid',
    field: 'set',
  },
  {
    parent: named('KongConsumer'),
    parentSpec: plane,
    flat: true,
    child: aclKind,
    childSpec: { consumerRef: { name: 'parent' }, group: 'admin' },
    collection: 'acls',
    condition: 'KongConsumerRefValid',
    field: 'consumer',
  },
];

const rows = families.map((family) => [family.child.resource.kind, family] as const);

function applyParent(
  stage: Stage,
  { parent, parentSpec, flat }: Family,
  spec: Fields = {},
  name = 'parent',
): KubernetesObject {
  const whole = { ...parentSpec, ...spec };
  const fields = flat ? { username: name, spec: whole } : { spec: whole };
  return stage.cluster.user.apply(parent.resource, { metadata: { name, namespace }, ...fields });
}

function applyChild(stage: Stage, { child, childSpec }: Family): void {
  stage.cluster.user.apply(child.resource, { metadata: { name: 'child', namespace }, spec: childSpec });
}

function parentIn(stage: Stage, { collection, field }: Family): unknown {
  return (entity(stage, collection)[field] as { id?: unknown } | undefined)?.id;
}

const condition = (stage: Stage, { child }: Family, type: string) => conditionText(stage.object(child, 'child'), type);

describe.each(rows)('the parent of a %s', (_, family) => {
  it('that is not there, or not ready, is waited for and named', async () => {
    await using stage = await stageWithControlPlane();
    applyChild(stage, family);
    await stage.reconcile(family.child, 'child');
    expect(condition(stage, family, family.condition)).toMatch(/^False Invalid: .*team\/parent does not exist/);

    applyParent(stage, family);
    expect((await stage.reconcile(family.child, 'child')).is).toBe('wait');
    expect(condition(stage, family, family.condition)).toMatch(/is not programmed yet/);
    expect(entities(stage, family.collection)).toEqual([]);

    await settleAll(stage);
    expect(condition(stage, family, 'Programmed')).toBe('True Programmed');
  });

  it('that is deleted and made again gets its child back, once', async () => {
    await using stage = await stageWithControlPlane();
    applyParent(stage, family);
    applyChild(stage, family);
    await settleAll(stage);
    const before = parentIn(stage, family);
    stage.cluster.user.remove(family.parent.resource, key('parent'));
    await settleAll(stage);
    if (stage.find(family.parent.resource, 'parent') !== undefined) {
      // Konnect would not let it go first.
      expect(conditionText(stage.object(family.parent, 'parent'), 'Programmed')).toMatch(/still in use by/);
      return;
    }
    expect(condition(stage, family, family.condition)).toMatch(/^False Invalid: .*does not exist/);

    applyParent(stage, family);
    await settleAll(stage);

    expect(condition(stage, family, 'Programmed')).toBe('True Programmed');
    expect(parentIn(stage, family)).not.toEqual(before);
    expect(parentIn(stage, family)).toBe(placeOf(stage.object(family.parent, 'parent'))?.id);
  });

  it('may go while the child does, in any order, and nothing is left', async () => {
    for (const first of [family.parent, family.child]) {
      await using stage = await stageWithControlPlane();
      applyParent(stage, family);
      applyChild(stage, family);
      await settleAll(stage);
      for (const kind of [first, first === family.parent ? family.child : family.parent]) {
        stage.cluster.user.remove(kind.resource, key(kind === family.parent ? 'parent' : 'child'));
        await stage.reconcile(kind, kind === family.parent ? 'parent' : 'child');
      }
      await settleAll(stage);

      expect(stage.find(family.child.resource, 'child')).toBeUndefined();
      expect(stage.find(family.parent.resource, 'parent')).toBeUndefined();
      expect(entities(stage, family.collection)).toEqual([]);
    }
  });

  it('that is made again in another control plane takes the child with it', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp2'));
    await settleAll(stage);
    const moved = { ...family, childSpec: withoutPlane(family.childSpec) };
    applyParent(stage, moved);
    applyChild(stage, moved);
    await settleAll(stage);
    const former = placeOf(stage.object(family.child, 'child'))?.controlPlaneID;
    stage.cluster.user.edit(family.parent.resource, key('parent'), { metadata: { finalizers: null } });
    stage.cluster.user.remove(family.parent.resource, key('parent'));

    const there = { controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp2' } } };
    applyParent(stage, moved, there);
    await settleAll(stage);

    const place = placeOf(stage.object(family.child, 'child'));
    expect(place?.controlPlaneID).not.toBe(former);
    expect(condition(stage, family, 'Programmed')).toBe('True Programmed');
    expect(entities(stage, family.collection).map(({ id }) => id)).toEqual([place?.id]);
  });
});

function withoutPlane({ controlPlaneRef: _, ...fields }: Fields): Fields {
  return fields;
}
