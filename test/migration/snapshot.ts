import type { LocalKonnect } from '../../infra/local/konnect/server.ts';
import { placeOf } from '../../lib/engine/place.ts';
import { entitiesIn } from '../contract/remote.ts';
import { organizationId, type World } from '../world.ts';

/** What is to stay as it is. */
export type Snapshot = Awaited<ReturnType<typeof snapshotOf>>;

export async function snapshotOf(world: World, konnect: LocalKonnect) {
  const planes = konnect.controlPlanes(organizationId);
  const there = { ...world, konnect };
  const all = planes.flatMap(({ id }) => entitiesIn(there, id).map((one) => ({ plane: id, ...one })));
  const clouds = [...konnect.networks(organizationId), ...konnect.configurations(organizationId)];
  const objects = await world.objects();
  return {
    ids: [
      ...planes.map(({ id }) => id),
      ...all.map(({ entity }) => entity.id),
      ...clouds.map(({ id }) => String(id)),
    ].sort(),
    certificates: planes.flatMap(({ id }) => konnect.certificates(id).map((one) => one.id)),
    status: objects.map(({ object }) => `${object.kind} ${object.metadata.name} ${placeOf(object)?.id}`).sort(),
    content: all.map(({ entity }) => lasting(entity)).sort((one, other) => (one.id < other.id ? -1 : 1)),
  };
}

// Hashed with a new salt at each write; the times are those of the write.
function lasting({
  tags: _,
  updated_at: __,
  created_at: ___,
  password: ____,
  ...entity
}: Readonly<Record<string, unknown>>) {
  return { id: '', ...entity } as { readonly id: string };
}
