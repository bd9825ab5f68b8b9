import { styleText } from 'node:util';
import { findCondition, isRecord, type KubernetesObject, secretResource } from '../../../lib/engine/objects.ts';
import { placeOf } from '../../../lib/engine/place.ts';
import { listedIn } from '../../../lib/engine/tags.ts';
import { textAt } from '../../../lib/kinds/fields.ts';
import type { Known } from '../../../lib/kinds/known.ts';
import { rowsOf, titleOf, treeOf } from '../../../lib/status/tree.ts';
import type { Entity } from '../konnect/server.ts';
import type { Stack } from '../stack.ts';
import { absenceChecks, type Check, check } from './checks.ts';
import { entityOf, problemOf } from './held.ts';

const pluginsAnnotation = 'konghq.com/plugins';
const credentialLabel = 'konghq.com/credential';

/** Every object as one check, drawn as a tree with its condition and the id of its entity, or what its condition says. */
export function treeChecks({ konnect }: Stack, all: readonly Known[]): readonly Check[] {
  const rows = rowsOf(treeOf(all));
  const width = Math.max(...rows.map(({ label }) => label.length));
  return rows.map(({ label, one }) => {
    const problem = problemOf(konnect, one, all);
    const { mainCondition } = one.kind;
    const { status = 'Unknown', message = '' } = findCondition(one.object, mainCondition) ?? {};
    const said = placeOf(one.object)?.id ?? styleText('dim', message);
    const wrong = problem === undefined ? '' : `   ${problem}`;
    return check(
      problem === undefined,
      `${label.padEnd(width)}   ${`${mainCondition}=${status}`.padEnd(17)}  ${said}${wrong}`,
    );
  });
}

/** Each plugin that an object names in its annotation looks at the requests of that object's entity, and does so once. */
export function pluginChecks({ konnect }: Stack, all: readonly Known[]): readonly Check[] {
  return all.flatMap((one) => {
    const named = listedIn(one.object.metadata.annotations?.[pluginsAnnotation]);
    return named.map((name) => {
      const plugin = all.find(({ object }) => object.metadata.name === name && typeof object['plugin'] === 'string');
      const wanted = textAt(plugin?.object, 'plugin') ?? name;
      const count = pluginsOn(konnect, one).filter((entity) => entity['name'] === wanted).length;
      return check(count === 1, `plugin ${wanted} in Konnect is on ${titleOf(one)}, whose annotation names ${name}`);
    });
  });
}

function pluginsOn(konnect: Stack['konnect'], { object }: Known): readonly Entity[] {
  const place = placeOf(object);
  if (place === undefined) return [];
  const namesIt = (entity: Entity): boolean =>
    Object.values(entity).some((field) => isRecord(field) && field['id'] === place.id);
  return konnect
    .entities(place.controlPlaneID, 'plugins')
    .filter((entity) => entity['enabled'] === true && namesIt(entity));
}

/** What the Secrets of credentials hold is what Konnect has, and is nowhere on the way. The values themselves are not told. */
export async function credentialChecks(stack: Stack, all: readonly Known[]): Promise<readonly Check[]> {
  const secrets = await stack.admin.list(secretResource, {
    namespace: 'default',
    labelSelector: `${credentialLabel}!=konnect,${credentialLabel}`,
  });
  const objects = all.map(({ object }) => object);
  const checks = secrets.map((secret) => {
    const values = valuesOf(secret);
    const holder = all.find((one) => {
      const entity = entityOf(stack.konnect, one);
      return Object.entries(values).every(([field, value]) => entity?.[field] === value);
    });
    const fields = Object.keys(values).join(', ');
    const where = holder === undefined ? 'nothing in Konnect' : titleOf(holder);
    const text = `${fields} in Secret ${secret.metadata.name} and in Konnect: the same (${where})`;
    return [
      check(fields !== '' && holder !== undefined, text),
      ...Object.entries(values).flatMap(([field, value]) => absenceChecks(stack, field, value, objects)),
    ];
  });
  return secrets.length === 0 ? [check(false, 'a Secret with a credential: none is there')] : checks.flat();
}

function valuesOf({ data }: KubernetesObject): Readonly<Record<string, string>> {
  const encoded = isRecord(data) ? Object.entries(data) : [];
  return Object.fromEntries(encoded.map(([field, value]) => [field, Buffer.from(String(value), 'base64').toString()]));
}
