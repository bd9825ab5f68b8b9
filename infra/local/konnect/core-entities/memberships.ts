import { type Answer, created, noContent, ok } from '../answer.ts';
import { type Call, type Operation, param } from '../operation.ts';
import { isBody } from '../schema.ts';
import { type Entity, entityTable, type Plane } from '../state.ts';
import { idBy, pointingAt } from './constraints.ts';
import type { EntityType } from './entity-type.ts';
import { listPage } from './list.ts';
import { root } from './operations.ts';
import { byKey, requireByKey, requirePlane } from './place.ts';
import { brokenConstraint, invalidArgument, notFound, referenceDetail } from './refusals.ts';
import { createEntity, removeEntity, type Store } from './store.ts';
import { consumer } from './types/consumer.ts';
import { consumerGroup } from './types/consumer-group.ts';
import { consumerGroupMember } from './types/consumer-group-member.ts';

/** Membership seen from one end. */
interface End {
  readonly owner: EntityType;
  readonly ownerField: string;
  readonly other: EntityType;
  readonly otherField: string;
  /** The property of the body of POST that names the other, by id or label. */
  readonly given: string;
  readonly names: readonly [list: string, add: string, removeAll: string, remove: string];
}

const ends: readonly End[] = [
  {
    owner: consumerGroup,
    ownerField: 'consumer_group',
    other: consumer,
    otherField: 'consumer',
    given: 'consumer',
    names: ['ListConsumersOfGroup', 'AddConsumerToGroup', 'RemoveAllConsumersFromGroup', 'RemoveConsumerFromGroup'],
  },
  {
    owner: consumer,
    ownerField: 'consumer',
    other: consumerGroup,
    otherField: 'consumer_group',
    given: 'group',
    names: ['ListGroupsOfConsumer', 'AddGroupToConsumer', 'RemoveAllGroupsFromConsumer', 'RemoveGroupFromConsumer'],
  },
];

/** Who is in which consumer group, served below the groups and below the consumers. */
export function membershipOperations(types: readonly EntityType[]): readonly Operation[] {
  return ends.flatMap((end) => {
    const { owner, other, names } = end;
    const path = `${root}/${owner.collection}/:parentId/${other.collection}`;
    const item = `${path}/:entityId`;
    const family = 'core-entities';
    return [
      { name: names[0], method: 'GET', path, family, handle: (call) => list(end, call) },
      { name: names[1], method: 'POST', path, family, handle: (call) => add(end, call, types) },
      { name: names[2], method: 'DELETE', path, family, handle: (call) => removeAll(end, call, types) },
      { name: names[3], method: 'DELETE', path: item, family, handle: (call) => removeOne(end, call, types) },
    ] satisfies readonly Operation[];
  });
}

function list(end: End, call: Call): Answer {
  const plane = requirePlane(call);
  const entities = others(end, plane, ownerOf(end, call, plane), call.stale);
  return ok(listPage(end.other, entities, { path: call.path, query: call.query, ignoreTags: true }));
}

function add(end: End, call: Call, types: readonly EntityType[]): Answer {
  const plane = requirePlane(call);
  const owner = ownerOf(end, call, plane);
  const { id } = otherIn(end, call, plane);
  const body = { [end.ownerField]: { id: owner.id }, [end.otherField]: { id } };
  createEntity({ world: call.world, plane, types }, consumerGroupMember, body);
  return created({ [end.owner.name]: owner, [end.other.collection]: others(end, plane, owner) });
}

function removeAll(end: End, call: Call, types: readonly EntityType[]): Answer {
  const plane = requirePlane(call);
  const owner = ownerOf(end, call, plane);
  for (const { id } of membersOf(end, plane, owner)) remove({ world: call.world, plane, types }, id);
  return noContent;
}

function removeOne(end: End, call: Call, types: readonly EntityType[]): Answer {
  const plane = requirePlane(call);
  const owner = ownerOf(end, call, plane);
  const other = byKey(end.other, param(call, 'entityId'), plane);
  const members = other === undefined ? [] : membersOf(end, plane, owner);
  const member = members.find((row) => idBy(consumerGroupMember, end.otherField, row) === other?.id);
  remove({ world: call.world, plane, types }, member?.id ?? '');
  if (member === undefined && call.world.choices.deleteMissing === 404) throw notFound();
  return noContent;
}

function remove(store: Store, id: string): void {
  removeEntity(store, consumerGroupMember, id);
}

function ownerOf({ owner }: End, call: Call, plane: Plane): Entity {
  return requireByKey(owner, param(call, 'parentId'), plane);
}

/** The consumer or group that the body of a POST names; an unknown one is a broken reference of the body, not of the path. */
function otherIn({ given, other, otherField }: End, call: Call, plane: Plane): Entity {
  const { body } = call;
  const key = isBody(body) ? body[given] : undefined;
  if (typeof key !== 'string' || key === '') throw invalidArgument(`invalid request body: '${given}' is required`);
  const found = byKey(other, key, plane);
  const field = `${otherField}.id`;
  if (found === undefined) {
    throw brokenConstraint([referenceDetail(`${field} (type: foreign) constraint failed`, field)]);
  }
  return found;
}

function membersOf({ ownerField }: End, plane: Plane, owner: Entity, stale = false): readonly Entity[] {
  return pointingAt(plane, consumerGroupMember, ownerField, owner.id, stale);
}

function others(end: End, plane: Plane, owner: Entity, stale = false): readonly Entity[] {
  const { rows } = entityTable(plane, end.other.collection);
  const ids = membersOf(end, plane, owner, stale).map((row) => idBy(consumerGroupMember, end.otherField, row));
  return ids.flatMap((id) => rows.get(id ?? '') ?? []);
}
