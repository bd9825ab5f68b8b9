import { type Answer, json, ok, Refusal } from '../answer.ts';
import { visiblePlanes } from '../control-planes/planes.ts';
import type { EntityType } from '../core-entities/entity-type.ts';
import { root } from '../core-entities/operations.ts';
import { requirePlane } from '../core-entities/place.ts';
import { type Call, type Operation, param } from '../operation.ts';
import { describeEntity } from './describe-entity.ts';

const defaultSize = 100;
const family = 'core-entities';

/** Kinds of entities that decK lists and the emulator lets nobody create. */
const emptyCollections = ['degraphql_routes', 'partials'];

/** What decK calls and no kind of object needs; most of it is in no published document. */
export function deckOperations(types: readonly EntityType[]): readonly Operation[] {
  const schema: Operation = {
    name: 'GetEntityJsonSchema',
    method: 'GET',
    path: `${root}/v1/schemas/json/:type`,
    family,
    handle: (call) => ok(describeEntity(requireType(types, call), call.world.choices)),
  };
  return [runtimeGroups, schema, ...emptyCollections.map(emptyList)];
}

/** Control planes under their former name, with the paging of that time. */
const runtimeGroups: Operation = {
  name: 'ListRuntimeGroups',
  method: 'GET',
  path: '/konnect-api/api/runtime_groups',
  family: 'control-planes',
  handle: (call) => ok(runtimeGroupPage(call)),
};

function runtimeGroupPage({ world, organization, region, query, stale }: Call) {
  const groups = visiblePlanes(world.state, { organizationId: organization.id, region }, stale);
  const size = positive(query.get('size')) ?? defaultSize;
  const page = positive(query.get('page')) ?? 1;
  const data = groups.slice((page - 1) * size, page * size).map(({ controlPlane: { id, name } }) => ({ id, name }));
  return { data, page, pageCount: Math.max(1, Math.ceil(groups.length / size)) };
}

function emptyList(collection: string): Operation {
  const name = `List${collection.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
  const handle = (call: Call): Answer => {
    requirePlane(call);
    return ok({ data: [], next: null });
  };
  return { name, method: 'GET', path: `${root}/${collection}`, family, handle };
}

function requireType(types: readonly EntityType[], call: Call): EntityType {
  requirePlane(call);
  const name = param(call, 'type');
  const type = types.find((candidate) => candidate.name === name && candidate.served !== 'nothing');
  const target = types.find((candidate) => candidate.name === name && candidate.collection === 'targets');
  const found = type ?? target;
  if (found !== undefined) return found;
  const body = { code: 5, message: `no entity named '${name}'` };
  throw new Refusal({ status: 404, contentType: json, body });
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}
