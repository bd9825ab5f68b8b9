import { isRecord, type ObjectKey, secretResource } from '../../../../lib/engine/objects.ts';
import { kinds } from '../../../../lib/kinds/registry.gen.ts';
import { firstOf, missing } from '../../../contract/scene.ts';
import { exampleToken, organizationId } from '../../../world.ts';
import type { Ends, Setting, Step } from './step.ts';

const otherToken = `kpat_${'y'.repeat(32)}`;
const readingToken = `kpat_${'z'.repeat(32)}`;

/** Another token in the Secret, and the first one again. */
export function tokenSteps(setting: Setting): readonly Step[] {
  setting.world.konnect.addToken(organizationId, otherToken);
  return [
    { operation: 'change-token', detour: 'token', act: () => exchange(setting, otherToken) },
    { operation: 'change-token-back', detour: 'token', tried: false, act: () => exchange(setting, exampleToken) },
  ];
}

/** A token without rights stops what refers to it, and nothing but the next token starts that again. */
export function stoppedLife(setting: Setting, { create, remove }: Ends): readonly Step[] {
  const { world } = setting;
  world.konnect.addToken(organizationId, readingToken, 'read');
  return [
    { ...create, operation: 'create-to-be-stopped', tried: false },
    { operation: 'take-rights-away', tried: false, act: () => exchange(setting, readingToken) },
    { operation: 'be-stopped', tried: false, refused: true, act: () => makeReferrer(setting) },
    { operation: 'change-token-of-stopped', netted: true, act: () => exchange(setting, exampleToken) },
    { operation: 'delete-referrer', tried: false, act: () => removeReferrer(setting) },
    { ...remove, operation: 'delete-last', tried: false },
  ];
}

export async function makeReferrer({ world, referrer }: Setting): Promise<void> {
  await world.apply(JSON.stringify(referrer ?? missing()));
}

export async function removeReferrer(setting: Setting): Promise<void> {
  const { resource, key } = referrerIn(setting);
  await setting.world.admin.delete(resource, key);
}

/** Where the object is that refers to the kind's own. */
export function referrerIn({ world, referrer = missing() }: Setting) {
  const kind = kinds.find(({ resource }) => resource.kind === referrer.kind) ?? missing();
  return { kind, resource: kind.resource, key: { namespace: world.namespace, name: referrer.metadata.name } };
}

/** The Secret that the object names for its token. */
export async function secretOf({ world, kind }: Setting): Promise<ObjectKey> {
  const { spec } = await firstOf(world, kind);
  const reference = isRecord(spec) && isRecord(spec['secretRef']) ? spec['secretRef'] : {};
  return { namespace: world.namespace, name: String(reference['name']) };
}

async function exchange(setting: Setting, token: string): Promise<void> {
  const data = { token: Buffer.from(token).toString('base64') };
  await setting.world.admin.patch(secretResource, await secretOf(setting), { data });
}
