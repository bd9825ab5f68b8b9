import { request } from 'undici';
import { domain, finalizer } from '../../../../lib/engine/names.ts';
import { type KubernetesObject, keyOf, secretResource } from '../../../../lib/engine/objects.ts';
import { placeOf } from '../../../../lib/engine/place.ts';
import type { Kind } from '../../../../lib/kinds/define.ts';
import { entitiesIn } from '../../../contract/remote.ts';
import { adopting, firstOf, missing, usersOf } from '../../../contract/scene.ts';
import { swapSecret } from '../../../migration/left-behind.ts';
import { withoutOurMarks } from '../../../migration/renamed.ts';
import { exampleToken, type World } from '../../../world.ts';
import type { Own } from './own.ts';
import type { Ends, Setting, Step } from './step.ts';

/** Objects that Kong's operator had become ours. */
export function takeOverStep(setting: Setting, own: () => Promise<readonly Own[]>): Step {
  return {
    operation: 'take-over',
    ...(setting.kind.core === undefined ? {} : { detour: 'take-over' }),
    act: () => letGoOfByOperator(setting, own),
  };
}

/** An entity that is left in Konnect gets an object that names it. */
export function adoptionLife({ world, kind }: Setting, { create, remove }: Ends): readonly (readonly Step[])[] {
  if (!JSON.stringify(kind.schema()).includes('"adopt"')) return [];
  const made: Step = { ...create, operation: 'create-for-adoption', tried: false };
  let abandoned: { readonly object: KubernetesObject; readonly id: string } | undefined;
  const abandon: Step = {
    operation: 'abandon',
    tried: false,
    told: false,
    async act() {
      const object = await firstOf(world, kind);
      abandoned = { object, id: await abandonedBy(world, kind, object) };
    },
  };
  const adopt: Step = {
    operation: 'adopt',
    async act() {
      const { object, id } = abandoned ?? missing();
      await world.admin.create(kind.resource, adopting(object, id, kind.core === undefined ? 'match' : 'override'));
    },
  };
  return [[made, abandon, adopt, { ...remove, operation: 'delete-adopted' }]];
}

/** Kong's operator had the objects, and has let go of them: none of our marks is there, and what its status says stays. */
async function letGoOfByOperator({ world }: Setting, own: () => Promise<readonly Own[]>): Promise<void> {
  const { admin, konnect, namespace } = world;
  for (const { kind, resource, object } of await own()) {
    const place = placeOf(object);
    if (kind.core !== undefined && place !== undefined) {
      const found = entitiesIn(world, place.controlPlaneID).find(({ entity }) => entity.id === place.id) ?? missing();
      const { tags } = withoutOurMarks(found.entity) as { readonly tags?: readonly string[] };
      konnect.patchEntity(place.controlPlaneID, found.collection, place.id, { tags });
    }
    if (kind.lane === 'extension') {
      await swapSecret(world, { kind, object });
      for (const secret of await admin.list(secretResource, { namespace })) {
        if (secret.metadata.finalizers !== undefined)
          await admin.patch(secretResource, keyOf(secret), { metadata: { finalizers: null } });
      }
    }
    const notes = Object.keys(object.metadata.annotations ?? {}).filter((name) => name.startsWith(`${domain}/`));
    const annotations = Object.fromEntries(notes.map((name) => [name, null]));
    const finalizers = object.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
    await admin.patch(resource, keyOf(object), { metadata: { annotations, finalizers } });
  }
}

/** @returns the id of the entity that is left in Konnect without an object, and without a sign of one. */
async function abandonedBy(world: World, kind: Kind, object: KubernetesObject): Promise<string> {
  const { id, controlPlaneID } = placeOf(object) ?? missing();
  await world.admin.patch(kind.resource, keyOf(object), { metadata: { finalizers: null } });
  await world.admin.delete(kind.resource, keyOf(object));
  // Networks and the like live in no control plane.
  if (world.konnect.controlPlanes().every((plane) => plane.id !== controlPlaneID)) return id;
  const found = entitiesIn(world, controlPlaneID).find(({ entity }) => entity.id === id);
  if (found !== undefined) {
    world.konnect.patchEntity(controlPlaneID, found.collection, id, { tags: usersOf(found.entity['tags']) });
    return id;
  }
  const certificate = world.konnect.certificates(controlPlaneID).find((one) => one.id === id);
  if (certificate === undefined) return id;
  // What it is called says whose it is, and nobody can change that.
  world.konnect.removeCertificate(controlPlaneID, id);
  return uploadedByHand(world, controlPlaneID, certificate.cert);
}

async function uploadedByHand({ konnect }: World, controlPlane: string, cert: string): Promise<string> {
  const { body } = await request(`${konnect.url}/v2/control-planes/${controlPlane}/dp-client-certificates`, {
    method: 'POST',
    headers: {
      host: 'eu.api.konghq.com',
      authorization: `Bearer ${exampleToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ cert }),
  });
  const { item } = (await body.json()) as { readonly item?: { readonly id?: string } };
  return item?.id ?? missing();
}
