import { type Answer, created, noContent, ok, problem, Refusal } from '../answer.ts';
import type { Call, Operation } from '../operation.ts';
import { BadPage, numberedPage } from '../paging.ts';
import type { Plane } from '../state.ts';
import { parseNew, parsePatch } from './body.ts';
import { matches, sorted } from './filter.ts';
import { createPlane, namesPlane, type Place, patchPlane, planeOf, removePlane, visiblePlanes } from './planes.ts';
import { badRequest, invalidId, notFound } from './refusals.ts';

const collection = '/v2/control-planes';
const item = `${collection}/:controlPlaneId`;

export const controlPlaneOperations: readonly Operation[] = [
  { name: 'ListControlPlanes', method: 'GET', path: collection, family: 'control-planes', handle: list },
  { name: 'CreateControlPlane', method: 'POST', path: collection, family: 'control-planes', handle: create },
  { name: 'GetControlPlane', method: 'GET', path: item, family: 'control-planes', handle: get },
  { name: 'UpdateControlPlane', method: 'PATCH', path: item, family: 'control-planes', handle: update },
  { name: 'DeleteControlPlane', method: 'DELETE', path: item, family: 'control-planes', handle: remove },
];

function list(call: Call): Answer {
  const planes = visiblePlanes(call.world.state, placeOf(call), call.stale).map(({ controlPlane }) => controlPlane);
  try {
    return ok(numberedPage(sorted(planes.filter(matches(call.query)), call.query), call.query));
  } catch (error) {
    throw error instanceof BadPage ? badRequest('Invalid Parameters', [error.parameter]) : error;
  }
}

function create(call: Call): Answer {
  return created(createPlane(call.world, placeOf(call), parseNew(call.body)));
}

function get(call: Call): Answer {
  return ok(requirePlane(call).controlPlane);
}

function update(call: Call): Answer {
  const plane = requirePlane(call);
  return ok(patchPlane(call.world, plane, parsePatch(call.body)));
}

function remove(call: Call): Answer {
  const plane = requirePlane(call);
  if (plane.builtIn) throw new Refusal(undeletable);
  removePlane(call.world.state, plane.controlPlane.id);
  return noContent;
}

const undeletable: Answer = problem({
  status: 403,
  title: 'Permission denied',
  detail: 'The default control plane cannot be deleted.',
  instance: 'konnect',
});

function requirePlane(call: Call): Plane {
  if (!namesPlane(call)) throw invalidId();
  const plane = planeOf(call);
  if (plane === undefined) throw notFound();
  return plane;
}

function placeOf({ organization, region }: Call): Place {
  return { organizationId: organization.id, region };
}
