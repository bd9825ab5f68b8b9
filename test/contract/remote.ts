import { entityTypes } from '../../infra/local/konnect/core-entities/registry.ts';
import {
  conditionsOf,
  configMapResource,
  isRecord,
  type KubernetesObject,
  statusOf,
} from '../../lib/engine/objects.ts';
import { givenPrefix } from '../world/given.ts';
import { organizationId, type World } from '../world.ts';

/* What the Konnect of a world holds. */

type Fields = Readonly<Record<string, unknown>>;

/** Nothing that any example asks for. */
export const nothing = { planes: [], networks: [], groups: 0 };

const collections = entityTypes.map(({ collection }) => collection);

/** What Konnect holds in the end, without ids, times and content: the same for every way that leads there. */
export function remote({ konnect }: World) {
  const planes = konnect.controlPlanes().filter(({ name }) => name !== 'default');
  const kept = konnect.networks(organizationId).filter(({ state }) => state !== 'terminating');
  const networks = kept.map(({ name }) => String(name)).filter((name) => !name.startsWith(givenPrefix));
  const groups = konnect.configurations(organizationId).map((one) => one['dataplane_group_config']);
  const inPlanes = planes
    .map((plane) => ({
      name: plane.name,
      members: konnect.members(plane.id).length,
      certificates: konnect.certificates(plane.id).length,
      entities: collections.map((collection) => `${collection}: ${konnect.entities(plane.id, collection).length}`),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { planes: inPlanes, networks, groups: groups.flat().length };
}

/** The content as well, ids included; without times, generations, and what Konnect hashes anew at each write. */
export function content({ konnect }: World): unknown {
  const planes = konnect.controlPlanes().map((plane) => ({
    ...plane,
    members: konnect.members(plane.id),
    certificates: konnect.certificates(plane.id).map(({ cert, title }) => ({ cert, title })),
    entities: collections.map((collection) => konnect.entities(plane.id, collection).map(lasting).toSorted(byText)),
  }));
  const configurations = konnect
    .configurations(organizationId)
    .map((one) => [one['control_plane_id'], one['version'], one['dataplane_group_config']]);
  const networks = konnect.networks(organizationId).map(({ id, name }) => ({ id, name }));
  return JSON.parse(JSON.stringify({ planes, configurations, networks }), (field, value: unknown) => {
    if (field === 'updated_at' || field === 'created_at' || field === 'password') return undefined;
    if (field === 'k8s-generation') return undefined;
    return field === 'tags' && Array.isArray(value) ? value.filter(isLasting).toSorted() : value;
  });
}

/** All that can be seen of a world: in Konnect, in what is made for data planes, and in what the objects say of themselves. */
export async function visible(world: World) {
  const { admin, namespace } = world;
  const said = (await world.objects()).map(({ object }) =>
    conditionsOf(object).map(({ type, status, reason, message }) => [object.kind, type, status, reason, message]),
  );
  const configMaps = (await admin.list(configMapResource, { namespace })).map((one) => one['data']);
  return { content: content(world), said, configMaps };
}

/** Memberships are known by what they join: Konnect makes their ids, anew each time. */
function lasting({ id, ...fields }: Fields): Fields {
  return 'consumer_group' in fields && !('name' in fields) ? fields : { id, ...fields };
}

function byText(one: Fields, other: Fields): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

function isLasting(tag: unknown): boolean {
  return !String(tag).startsWith('k8s-generation:');
}

/** The same without secrets, which Konnect may have generated: those of an entity that is gone are gone for good. */
export function contentWithoutSecrets(world: World): unknown {
  const text = JSON.stringify(content(world));
  return JSON.parse(text, (field, value: unknown) => (field === 'secret' ? undefined : value));
}

/** All core entities of a control plane, with the collection that each is in. */
export function entitiesIn({ konnect }: World, plane: string) {
  return collections.flatMap((collection) =>
    konnect.entities(plane, collection).map((entity) => ({ collection, entity })),
  );
}

/** Where the object's core entity is: control plane, collection and id. */
export function coreEntityOf(world: World, object: KubernetesObject) {
  const block = statusOf(object)['konnect'];
  const { id, controlPlaneID } = isRecord(block) ? block : {};
  const plane = String(controlPlaneID);
  const found = entitiesIn(world, plane).find(({ entity }) => entity.id === id);
  if (found === undefined) throw new Error(`${object.kind} ${object.metadata.name} has no entity in Konnect`);
  return { plane, collection: found.collection, id: String(id) };
}

/** Deletes an entity, after whatever Konnect would not let it go without. */
export function uproot(world: World, plane: string, id: string): void {
  for (const { entity } of entitiesIn(world, plane)) {
    const { id: own, ...fields } = entity;
    if (own !== id && JSON.stringify(fields).includes(`"id":"${id}"`)) uproot(world, plane, own);
  }
  const found = entitiesIn(world, plane).find(({ entity }) => entity.id === id);
  if (found !== undefined) world.konnect.removeEntity(plane, found.collection, id);
}
