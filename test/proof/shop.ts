import { expect } from 'vitest';
import { holdsForGeneration, type KubernetesObject, statusOf } from '../../lib/engine/objects.ts';
import { textAt } from '../../lib/kinds/fields.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type Manifest, resourceNamed } from '../journey/manifests.ts';
import type { Scene } from '../journey/scene.ts';

/** What one kind of a shop's objects is, in the cluster and in Konnect. */
interface Ware {
  readonly kind: string;
  readonly collection: string;
  /** The kind that it refers to. */
  readonly parent?: string;
  /** Everything but its name, with a value that changes from edit to edit. */
  readonly fields: (name: string, value: string, parent: string) => Readonly<Record<string, unknown>>;
  /** The field of the entity that tells the value. */
  readonly told: string;
}

const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'plane' } };

const wares: readonly Ware[] = [
  {
    kind: 'KongService',
    collection: 'services',
    fields: (name, value) => ({
      spec: { controlPlaneRef, name, protocol: 'http', host: `${value}.internal`, port: 80 },
    }),
    told: 'host',
  },
  {
    kind: 'KongRoute',
    collection: 'routes',
    parent: 'KongService',
    fields: (name, value, parent) => ({
      spec: {
        serviceRef: { type: 'namespacedRef', namespacedRef: { name: parent } },
        name,
        protocols: ['http', 'https'],
        paths: [`/${value}`],
      },
    }),
    told: 'paths',
  },
  {
    kind: 'KongConsumer',
    collection: 'consumers',
    fields: (name, value) => ({ username: name, custom_id: value, spec: { controlPlaneRef } }),
    told: 'custom_id',
  },
  {
    kind: 'KongCredentialAPIKey',
    collection: 'key-auths',
    parent: 'KongConsumer',
    fields: (_, value, parent) => ({ spec: { consumerRef: { name: parent }, key: `key-${value}-xxxxxxxx` } }),
    told: 'key',
  },
];

interface Item {
  readonly ware: Ware;
  readonly name: string;
  readonly parent: string;
  value: string;
}

/** The objects of one control plane that people make, edit and delete, and what they expect to see. */
export interface Shop {
  /** Makes, edits or deletes one object, as chance has it. */
  step(): Promise<void>;
  /** Deletes all of them, what refers to others among them, in an order that chance chooses. */
  clear(): Promise<void>;
  /** Objects and entities are those that people expect, and no others. */
  expectRight(told: string): Promise<void>;
}

export function openShop(
  scene: Scene,
  entities: (collection: string) => readonly Entity[],
  random: () => number,
): Shop {
  const items = new Map<string, Item>();
  /** Names that are free again: what comes late of the former object meets another one. */
  const freed = new Map<Ware, string[]>();
  let count = 0;
  const pick = <One>(all: readonly One[]): One | undefined => all[Math.floor(random() * all.length)];
  const hasChildren = ({ ware, name }: Item) =>
    [...items.values()].some((one) => one.ware.parent === ware.kind && one.parent === name);

  async function make(): Promise<void> {
    count += 1;
    const ware = pick(wares) as Ware;
    const parent = pick([...items.values()].filter((one) => one.ware.kind === ware.parent));
    if (ware.parent !== undefined && parent === undefined) return make();
    const name = (random() < 0.3 ? await takeFreed(ware) : undefined) ?? `item-${count}`;
    const item = { ware, name, parent: parent?.name ?? '', value: `v${count}` };
    items.set(item.name, item);
    await scene.apply(manifestOf(item));
  }

  /** Of an object that is gone: one that is on its way out would only be edited. */
  async function takeFreed(ware: Ware): Promise<string | undefined> {
    const [name, ...others] = freed.get(ware) ?? [];
    if (name === undefined || (await scene.get(ware.kind, name)) !== undefined) return undefined;
    freed.set(ware, others);
    return name;
  }

  async function edit(): Promise<void> {
    const item = pick([...items.values()]);
    if (item === undefined) return make();
    count += 1;
    item.value = `v${count}`;
    const { spec, ...others } = item.ware.fields(item.name, item.value, item.parent);
    await scene.patch(item.ware.kind, item.name, { ...others, spec });
  }

  async function remove(): Promise<void> {
    const item = pick([...items.values()].filter((one) => !hasChildren(one)));
    if (item === undefined) return make();
    items.delete(item.name);
    freed.set(item.ware, [...(freed.get(item.ware) ?? []), item.name]);
    await scene.remove(item.ware.kind, item.name);
  }

  return {
    step() {
      const chance = random();
      if (chance < 0.5 || items.size < 4) return make();
      return chance < 0.8 ? edit() : remove();
    },
    async clear() {
      const left = [...items.values()].map((item) => ({ item, order: random() }));
      for (const { item } of left.toSorted((one, other) => one.order - other.order)) {
        await scene.remove(item.ware.kind, item.name);
      }
      items.clear();
    },
    async expectRight(told) {
      const objects = await scene.objects();
      for (const ware of wares) {
        const expected = [...items.values()].filter((one) => one.ware === ware);
        const present = objects.filter(({ kind }) => kind === ware.kind);
        expect(present.map(({ metadata }) => metadata.name).toSorted(), told).toEqual(
          expected.map(({ name }) => name).toSorted(),
        );
        expect(
          present.filter((one) => !isDone(one)).map(({ metadata }) => metadata.name),
          told,
        ).toEqual([]);
        const inKonnect = entities(ware.collection);
        expect(inKonnect.map(({ id }) => id).toSorted(), told).toEqual(present.map(idOf).toSorted());
        const values = inKonnect.map((entity) => String(entity[ware.told])).toSorted();
        const wanted = expected.map(({ value, name, parent }) => ware.fields(name, value, parent));
        expect(values, told).toEqual(wanted.map((fields) => valueIn(fields, ware.told)).toSorted());
      }
    },
  };
}

interface Entity {
  readonly id: string;
  readonly [field: string]: unknown;
}

function manifestOf({ ware, name, parent, value }: Item): Manifest {
  const { group, version } = resourceNamed(ware.kind);
  return {
    apiVersion: `${group}/${version}`,
    kind: ware.kind,
    metadata: { name },
    ...ware.fields(name, value, parent),
  };
}

function valueIn(fields: Readonly<Record<string, unknown>>, told: string): string {
  const spec = fields['spec'] as Readonly<Record<string, unknown>>;
  return String(fields[told] ?? spec[told]);
}

function idOf(object: KubernetesObject): string {
  return textAt(statusOf(object)['konnect'], 'id') ?? `${object.metadata.name} has no id`;
}

/** For its present generation. */
export function isDone(object: KubernetesObject): boolean {
  const kind = kinds.find(({ resource }) => resource.kind === object.kind);
  return kind !== undefined && holdsForGeneration(object, kind.mainCondition);
}
