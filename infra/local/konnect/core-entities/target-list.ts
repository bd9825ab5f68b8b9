import { ok, problem, Refusal } from '../answer.ts';
import { standardAnswer } from '../families.ts';
import type { Call, Operation } from '../operation.ts';
import { isBody } from '../schema.ts';
import { listPage } from './list.ts';
import { root } from './operations.ts';
import { entitiesAt, requirePlane } from './place.ts';
import { target } from './types/target.ts';

/** All targets of a control plane, which are written below their upstreams. Konnect words its refusals as platform APIs do. */
export const targetListOperation: Operation = {
  name: 'ListTargets',
  method: 'GET',
  path: `${root}/targets`,
  family: 'groups',
  handle: (call) => inPlatformWords(() => ok(page(call))),
};

function page(call: Call) {
  const entities = entitiesAt({ types: [target], type: target }, call, requirePlane(call));
  return listPage(target, entities, { path: call.path, query: call.query, ignoreTags: false });
}

function inPlatformWords<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, body } = error.answer;
    if (status !== 400) throw new Refusal(standardAnswer('groups', status));
    const reason = isBody(body) ? String(body['message']) : '';
    const field = ['size', 'offset', 'tags'].find((name) => reason.includes(name)) ?? 'controlPlaneId';
    const invalid_parameters = [{ field, source: 'query', reason }] as const;
    throw new Refusal(
      problem({ status, title: 'Bad Request', detail: 'Invalid Parameters', instance: 'kong', invalid_parameters }),
    );
  }
}
