import type { InvalidParameter } from '../answer.ts';
import { isUuid } from '../ids.ts';
import { compile, isBody } from '../schema.ts';
import type { KonnectState, Plane } from '../state.ts';
import { all } from '../table.ts';
import { invalidGroupRequest } from './group-refusals.ts';
import { visiblePlanes } from './planes.ts';
import { invalidParameter } from './refusals.ts';

export const maxMembers = 256;
export const maxMembersPerCall = 50;
const maxGroupsPerMember = 5;

const check = compile({
  type: 'object',
  additionalProperties: false,
  required: ['members'],
  properties: {
    members: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, required: ['id'], properties: { id: { type: 'string' } } },
    },
  },
});

/** The ids in a membership body, each once; at most `most`. */
export function parseMembers(body: unknown, most: number): readonly string[] {
  if (!isBody(body)) throw invalidGroupRequest([{ field: 'body', rule: 'is_object', reason: 'must be an object' }]);
  const violations = check(body);
  if (violations.length > 0) throw invalidGroupRequest(violations.map(invalidParameter));
  const { members } = body as { members: readonly { id: string }[] };
  if (members.length > most) throw invalidGroupRequest([tooMany(most)]);
  const malformed = members.flatMap(({ id }, index) => (isUuid(id) ? [] : [fault(index, 'is_uuid', 'must be a UUID')]));
  if (malformed.length > 0) throw invalidGroupRequest(malformed);
  return [...new Set(members.map(({ id }) => id))];
}

/** Refuses members that a group may not have: unknown, no plain control plane, in too many groups already. */
export function checkMembers(state: KonnectState, group: Plane, members: readonly string[]): void {
  if (members.length > maxMembers) throw invalidGroupRequest([tooMany(maxMembers)]);
  const known = new Map(visiblePlanes(state, group).map((plane) => [plane.controlPlane.id, plane]));
  const faults = members.flatMap((id, index) => {
    const plane = known.get(id);
    if (plane === undefined) return [fault(index, 'missing_reference', `control plane ${id} does not exist`)];
    if (plane.controlPlane.config.cluster_type !== 'CLUSTER_TYPE_CONTROL_PLANE') {
      return [fault(index, 'invalid', `control plane ${id} cannot be a member: it is not a plain control plane`)];
    }
    const groups = groupsOf(state, id).filter(({ controlPlane }) => controlPlane.id !== group.controlPlane.id);
    return groups.length < maxGroupsPerMember
      ? []
      : [fault(index, 'invalid', `control plane ${id} is in too many groups`)];
  });
  if (faults.length > 0) throw invalidGroupRequest(faults);
}

/** The groups that a control plane is a member of. */
export function groupsOf(state: KonnectState, id: string): readonly Plane[] {
  return all(state.planes).filter(({ members }) => members.includes(id));
}

function fault(index: number, rule: string, reason: string): InvalidParameter {
  return { field: `members.${index}.id`, rule, source: 'body', reason };
}

function tooMany(maximum: number): InvalidParameter {
  const reason = `must not have more than ${maximum} items`;
  return { field: 'members', rule: 'max_items', maximum, source: 'body', reason };
}
