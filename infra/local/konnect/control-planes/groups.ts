import { type Answer, noContent, ok } from '../answer.ts';
import type { Call, Operation } from '../operation.ts';
import { BadPage, cursorPage } from '../paging.ts';
import type { ControlPlane, Plane } from '../state.ts';
import { put } from '../table.ts';
import { groupNotFound, invalidGroupRequest } from './group-refusals.ts';
import { checkMembers, groupsOf, maxMembers, maxMembersPerCall, parseMembers } from './members.ts';
import { namesPlane, planeOf } from './planes.ts';

const item = '/v2/control-planes/:controlPlaneId';
const members = `${item}/group-memberships`;
const family = 'groups';

export const groupOperations: readonly Operation[] = [
  { name: 'ListGroupMemberships', method: 'GET', path: members, family, handle: list },
  { name: 'UpsertGroupMemberships', method: 'PUT', path: members, family, handle: replace },
  { name: 'AddGroupMemberships', method: 'POST', path: `${members}/add`, family, handle: add },
  { name: 'RemoveGroupMemberships', method: 'POST', path: `${members}/remove`, family, handle: remove },
  { name: 'GetGroupMemberStatus', method: 'GET', path: `${item}/group-member-status`, family, handle: memberStatus },
  { name: 'GetGroupStatus', method: 'GET', path: `${item}/group-status`, family, handle: groupStatus },
];

function list(call: Call): Answer {
  const { rows } = call.world.state.planes;
  const found = requireGroup(call).members.flatMap((id): readonly ControlPlane[] => {
    const plane = rows.get(id);
    return plane === undefined ? [] : [plane.controlPlane];
  });
  try {
    return ok(cursorPage(found, call.path, call.query));
  } catch (error) {
    throw error instanceof BadPage ? invalidGroupRequest([error.parameter]) : error;
  }
}

/** Replaces the whole list. The published text says "adds", but the clients that exist depend on replacement. */
function replace(call: Call): Answer {
  return setMembers(call, requireGroup(call), parseMembers(call.body, maxMembers));
}

function add(call: Call): Answer {
  const group = requireGroup(call);
  const added = parseMembers(call.body, maxMembersPerCall);
  return setMembers(call, group, [...new Set([...group.members, ...added])]);
}

function remove(call: Call): Answer {
  const group = requireGroup(call);
  const removed = parseMembers(call.body, maxMembersPerCall);
  return setMembers(
    call,
    group,
    group.members.filter((id) => !removed.includes(id)),
  );
}

function memberStatus(call: Call): Answer {
  const { controlPlane } = requirePlane(call);
  return ok({ is_member: groupsOf(call.world.state, controlPlane.id).length > 0 });
}

/** Conflicts are found when a data plane connects; none ever connects here, so the state is OK. */
function groupStatus(call: Call): Answer {
  const { id, created_at, updated_at } = requireGroup(call).controlPlane;
  return ok({ item: { id, state: 'OK', conflicts: [], created_at, updated_at } });
}

function setMembers({ world }: Call, group: Plane, ids: readonly string[]): Answer {
  checkMembers(world.state, group, ids);
  const controlPlane = { ...group.controlPlane, updated_at: world.clock().toISOString() };
  put(world.state.planes, controlPlane.id, { ...group, controlPlane, members: ids });
  return noContent;
}

function requireGroup(call: Call): Plane {
  const plane = requirePlane(call);
  if (plane.controlPlane.config.cluster_type !== 'CLUSTER_TYPE_CONTROL_PLANE_GROUP') {
    throw invalidGroupRequest([{ field: 'id', rule: 'invalid', reason: 'is not a control plane group' }]);
  }
  return plane;
}

function requirePlane(call: Call): Plane {
  if (!namesPlane(call)) throw invalidGroupRequest([{ field: 'id', rule: 'is_uuid', reason: 'must be a UUID' }]);
  const plane = planeOf(call);
  if (plane === undefined) throw groupNotFound();
  return plane;
}
