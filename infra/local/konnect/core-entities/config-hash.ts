import { createHash } from 'node:crypto';
import { type Answer, ok } from '../answer.ts';
import type { Call, Operation } from '../operation.ts';
import { seconds } from '../operation.ts';
import type { Plane } from '../state.ts';
import { requirePlane } from './place.ts';

const emptyHash = '0'.repeat(32);

export const configHashOperation: Operation = {
  name: 'GetExpectedConfigHash',
  method: 'GET',
  path: '/v2/control-planes/:controlPlaneId/expected-config-hash',
  family: 'core-entities',
  handle: expectedConfigHash,
};

/** Changes exactly when the configuration does: its own entities', or for a group its members'. */
function expectedConfigHash(call: Call): Answer {
  const plane = requirePlane(call);
  const { rows } = call.world.state.planes;
  const planes = [plane, ...plane.members.flatMap((id) => rows.get(id) ?? [])];
  return ok({
    expected_hash: hashOf(planes),
    created_at: seconds(new Date(plane.controlPlane.created_at)),
    updated_at: Math.max(...planes.map(({ configuration }) => configuration.changedAt)),
  });
}

function hashOf(planes: readonly Plane[]): string {
  const entities = planes
    .flatMap(({ configuration }) => [...configuration.tables.values()])
    .flatMap(({ rows }) => [...rows.values()])
    .map(({ created_at: _created, updated_at: _updated, ...fields }) => JSON.stringify(fields, sortedKeys(fields)))
    .toSorted();
  return entities.length === 0 ? emptyHash : createHash('md5').update(entities.join('\n')).digest('hex');
}

/** All property names at any depth, in one order, so that the order in which a client sends fields does not matter. */
function sortedKeys(value: unknown): string[] {
  const names = new Set<string>();
  JSON.stringify(value, (name, inner: unknown) => {
    names.add(name);
    return inner;
  });
  return [...names].toSorted();
}
