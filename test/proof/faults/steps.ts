import { request } from 'undici';
import { domain, finalizer } from '../../../lib/engine/names.ts';
import { isRecord, type KubernetesObject, keyOf, type Resource, secretResource } from '../../../lib/engine/objects.ts';
import { placeOf } from '../../../lib/engine/place.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import { adopting, editOf, entitiesIn, firstOf, missing, undoing, usersOf } from '../../contract/scene.ts';
import { ownCertificate } from '../../journey/certificates.ts';
import { swapSecret } from '../../migration/left-behind.ts';
import { withoutOurMarks } from '../../migration/renamed.ts';
import { exampleToken, organizationId, type World } from '../../world.ts';
import type { Courier } from './courier.ts';

/** One change of a world by somebody; the functions then do what it asks for. */
export interface Step {
  readonly operation: string;
  /** False: only leads to the next step, so that nothing goes wrong in it. */
  readonly tried?: false;
  /** Steps of one such name lead back to where they began, so that a life goes on alike without them. */
  readonly detour?: string;
  /** What is refused in it is no failure. */
  readonly refused?: true;
  /** False: the functions do not learn of it before the next step. */
  readonly told?: false;
  act(): Promise<void>;
}

/** What the steps of a kind are made of. */
export interface Setting {
  readonly world: World;
  readonly courier: Courier;
  readonly kind: Kind;
  /** The kind's own objects, as YAML. */
  readonly own: string;
  /** An object that needs one of the kind's, where there is one in the examples. */
  readonly referrer: KubernetesObject | undefined;
}

const day = 86_400_000;
const otherToken = `kpat_${'y'.repeat(32)}`;
const readingToken = `kpat_${'z'.repeat(32)}`;
const { certificate: cert, key } = await ownCertificate(3650);

/** Steps from nothing to nothing, in one life of the kind's objects; several such lives, where one has no room for all. */
export async function livesOf(setting: Setting): Promise<readonly (readonly Step[])[]> {
  const { world, courier, kind } = setting;
  const own = await ownResources(setting);
  const first = (): Promise<KubernetesObject> => firstOf(world, kind);
  const create: Step = { operation: 'create', act: async () => void (await world.apply(setting.own)) };
  const remove: Step = {
    operation: 'delete',
    async act() {
      for (const { resource, object } of await own()) await world.admin.delete(resource, keyOf(object));
    },
  };
  const takeOver: Step = {
    operation: 'take-over',
    ...(kind.core === undefined ? {} : { detour: 'take-over' }),
    act: () => letGoOfByOperator(setting, own),
  };
  const whole = [
    create,
    ...(kind.lane === 'auth' ? tokenSteps(setting) : [takeOver]),
    ...editSteps(setting),
    ...rotationSteps(setting, courier),
    remove,
  ];
  if (kind.lane === 'auth') return [whole, againLife(create, remove), stoppedLife(setting, create, remove)];
  if (!isAdoptable(kind)) return [whole];
  const made: Step = { ...create, operation: 'create-for-adoption', tried: false };
  let abandoned: { readonly object: KubernetesObject; readonly id: string } | undefined;
  const abandon: Step = {
    operation: 'abandon',
    tried: false,
    told: false,
    async act() {
      const object = await first();
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
  return [whole, [made, abandon, adopt, { ...remove, operation: 'delete-adopted' }]];
}

/** What is stored of a deleted object can be restored for a while, and another object of its name finds it there. */
function againLife(create: Step, remove: Step): readonly Step[] {
  const first: Step = { ...create, operation: 'first-create', tried: false };
  const last: Step = { ...remove, operation: 'first-delete', tried: false };
  return [first, last, { ...create, operation: 'create-again' }, { ...remove, operation: 'delete-again' }];
}

/** Reads the kind's own objects as they are now, with those that were made for them. */
async function ownResources({ world, own }: Setting): Promise<() => Promise<readonly Own[]>> {
  const wanted = own.split('\n---\n').map((text) => JSON.parse(text) as KubernetesObject);
  return async () =>
    (await world.objects())
      .filter(({ object }) => wanted.some((one) => one.kind === object.kind && isNamed(world, one, object)))
      .map(({ kind, object }) => ({ kind, resource: kind.resource, object }));
}

interface Own {
  readonly kind: Kind;
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

function isNamed({ namespace }: World, wanted: KubernetesObject, { metadata }: KubernetesObject): boolean {
  return [wanted.metadata.name, `${wanted.metadata.name}-${namespace}`].includes(metadata.name);
}

/** A token without rights stops what refers to it, and nothing but the next token starts that again. */
function stoppedLife(setting: Setting, create: Step, remove: Step): readonly Step[] {
  const { world } = setting;
  const referrer = setting.referrer ?? missing();
  world.konnect.addToken(organizationId, readingToken, 'read');
  return [
    { ...create, operation: 'create-to-be-stopped', tried: false },
    { operation: 'take-rights-away', tried: false, act: () => exchange(setting, readingToken) },
    {
      operation: 'be-stopped',
      tried: false,
      refused: true,
      act: async () => void (await world.apply(JSON.stringify(referrer))),
    },
    { operation: 'change-token-of-stopped', act: () => exchange(setting, exampleToken) },
    {
      operation: 'delete-referrer',
      tried: false,
      async act() {
        const kind = kinds.find(({ resource }) => resource.kind === referrer.kind) ?? missing();
        const key = { namespace: world.namespace, name: referrer.metadata.name };
        await world.admin.delete(kind.resource, key);
      },
    },
    { ...remove, operation: 'delete-last', tried: false },
  ];
}

async function exchange({ world, kind }: Setting, token: string): Promise<void> {
  const { spec } = await firstOf(world, kind);
  const reference = isRecord(spec) && isRecord(spec['secretRef']) ? spec['secretRef'] : {};
  const key = { namespace: world.namespace, name: String(reference['name']) };
  await world.admin.patch(secretResource, key, { data: { token: Buffer.from(token).toString('base64') } });
}

function tokenSteps(setting: Setting): readonly Step[] {
  const { world } = setting;
  world.konnect.addToken(organizationId, otherToken);
  return [
    { operation: 'change-token', detour: 'token', act: () => exchange(setting, otherToken) },
    { operation: 'change-token-back', detour: 'token', tried: false, act: () => exchange(setting, exampleToken) },
  ];
}

function editSteps({ world, kind }: Setting): readonly Step[] {
  const edit = editOf(kind);
  if (edit === undefined) return [];
  let before: KubernetesObject | undefined;
  return [
    {
      operation: 'update',
      detour: 'update',
      async act() {
        before = await firstOf(world, kind);
        await world.admin.patch(kind.resource, keyOf(before), edit);
      },
    },
    {
      operation: 'update-back',
      detour: 'update',
      tried: false,
      act: async () => void (await world.admin.patch(kind.resource, keyOf(before ?? missing()), undoing(edit, before))),
    },
  ];
}

function rotationSteps({ world, kind, own }: Setting, courier: Courier): readonly Step[] {
  const operation = 'rotate-certificate';
  if (kind.lane === 'extension') {
    return [
      {
        operation,
        async act() {
          world.now = new Date(world.now.getTime() + 340 * day);
          courier.recheck((one) => one === kind);
        },
      },
    ];
  }
  const { spec } = JSON.parse(own.split('\n---\n')[0] ?? '{}') as KubernetesObject;
  if (!isRecord(spec) || !('cert' in spec) || !('key' in spec)) return [];
  return [
    {
      operation,
      async act() {
        await world.admin.patch(kind.resource, keyOf(await firstOf(world, kind)), { spec: { cert, key } });
      },
    },
  ];
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

function isAdoptable({ schema }: Kind): boolean {
  return JSON.stringify(schema()).includes('"adopt"');
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
