import { isDeepStrictEqual } from 'node:util';
import type { CoreMapping } from '../../engine/core-entity.ts';
import { KonnectError } from '../../engine/errors.ts';
import { isRecord } from '../../engine/objects.ts';
import type { Session } from '../../engine/session.ts';
import { pathOf } from '../../konnect/path.ts';
import { comparable } from '../comparable.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Where a plugin is not by default what its object leaves to the default. Only the schema of its plugin knows, which
 * Konnect has; of a plugin without one, nothing more is found.
 */
export const surplus: NonNullable<CoreMapping['surplus']> = async (body, entity, { session, ids }) => {
  const path = pathOf`/v2/control-planes/${ids.controlPlane}/core-entities/schemas/plugins/${String(body['name'])}`;
  const schema = fieldsIn(await schemaAt(session, path));
  const only = { protocols: schema['protocols'], config: schema['config'] };
  return beyond(only, comparable(body), comparable(entity), '').map((field) => ({ path: field }));
};

async function schemaAt(session: Session, path: string): Promise<unknown> {
  try {
    return await session.call({ method: 'GET', path });
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return undefined;
    throw error;
  }
}

/** Kong lists the fields of a record one by one, each in a map of its own. */
function fieldsIn(record: unknown): Fields {
  const listed = isRecord(record) ? record['fields'] : undefined;
  return Object.assign({}, ...(Array.isArray(listed) ? listed.filter(isRecord) : []));
}

function beyond(schema: Fields, wanted: Fields, found: Fields, prefix: string): readonly string[] {
  return Object.entries(schema).flatMap(([name, field]) => {
    const [given, there] = [wanted[name], found[name]];
    const path = `${prefix}${name}`;
    if (!isRecord(field) || isNothing(there)) return [];
    if (field['type'] === 'record') return beyond(fieldsIn(field), mapIn(given), mapIn(there), `${path}.`);
    return given !== undefined || sameList(there, field['default']) ? [] : [path];
  });
}

function mapIn(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function sameList(one: unknown, other: unknown): boolean {
  const sorted = (value: unknown) => (Array.isArray(value) ? value.map(String).sort() : value);
  return isDeepStrictEqual(sorted(one), sorted(other));
}
