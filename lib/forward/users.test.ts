import { beforeEach, describe, expect, it } from 'vitest';
import { isRecord, type KubernetesObject, type Resource, statusOf } from '../engine/objects.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import { createDependants } from './dependants.ts';
import { objectOf, vault } from './fixture.ts';
import { createTracker } from './tracker.ts';
import { createUsers, userResources } from './users.ts';

const trucks: Resource = { group: 'roads.example', version: 'v1', kind: 'Truck', plural: 'trucks', namespaced: true };
const used: Kind = {
  ...vault,
  looksWhenGone: true,
  users: [
    {
      resource: trucks,
      targets: ({ spec }) => (isRecord(spec) && typeof spec['vault'] === 'string' ? [{ name: spec['vault'] }] : []),
      says: (object) => statusOf(object)['id'],
    },
  ],
};
const [resource] = userResources([used]);
if (resource === undefined) throw new Error('the kind has users');

function truck(version: number, given: { readonly vault?: string; readonly id?: string } = {}): KubernetesObject {
  const { vault: target, id } = given;
  return objectOf({ ...vault, resource: trucks }, 't', {
    version,
    ...(target === undefined ? {} : { spec: { vault: target } }),
    ...(id === undefined ? {} : { id }),
  });
}

let tracker: ReturnType<typeof createTracker>;
let users: ReturnType<typeof createUsers>;
const see = (object: KubernetesObject) => brief(users.seen(resource, object));
const brief = (events: readonly ObjectEventData[]) =>
  events.map(({ name, cause, origin }) => `${cause} ${name} ${origin}`);

beforeEach(() => {
  const dependants = createDependants([used]);
  tracker = createTracker({ kinds: [used], cluster: 'prod', dependants, clock: { now: () => new Date(0) } });
  tracker.seen(used, objectOf(used, 'a', { programmed: 1 }), 'first-list');
  tracker.seen(used, objectOf(used, 'b', { programmed: 1 }), 'first-list');
  users = createUsers(tracker);
});

describe('a user of an object', () => {
  it('wakes what it uses when it comes, when it says something else, and when it goes', () => {
    expect(see(truck(1, { vault: 'a' }))).toEqual(['dependency a uid-t/1']);
    expect(see(truck(2, { vault: 'a', id: 'applied' }))).toEqual(['dependency a uid-t/2']);

    const gone = users.gone(resource, { namespace: 'team', name: 't', uid: 'uid-t' }, '9');

    expect(brief(gone)).toEqual(['dependency a uid-t/9']);
    expect([...users.known(resource)]).toEqual([]);
  });

  it('wakes nobody with a change that is not looked at', () => {
    see(truck(1, { vault: 'a' }));
    expect(see({ ...truck(2, { vault: 'a' }), other: 'news' })).toEqual([]);
  });

  it('wakes both when it turns from one to another', () => {
    see(truck(1, { vault: 'a' }));
    expect(see(truck(2, { vault: 'b' }))).toEqual(['dependency a uid-t/2', 'dependency b uid-t/2']);
  });

  it('is not remembered when it uses nothing', () => {
    expect(see(truck(1))).toEqual([]);
    expect([...users.known(resource)]).toEqual([]);
  });
});

it('an object of a kind that looks when gone has an event of its own when it is gone', () => {
  const gone = tracker.gone(used, { namespace: 'team', name: 'a', uid: 'uid-a' }, '5');

  expect(brief(gone)).toEqual(['change a uid-a/5']);
});
