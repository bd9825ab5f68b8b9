import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import type { KubernetesObject } from '../../../lib/engine/objects.ts';
import type { ObjectEventData } from '../../../lib/events/event.ts';
import { createDependants } from '../../../lib/forward/dependants.ts';
import { createOthers, type OtherResource, otherResources } from '../../../lib/forward/others.ts';
import { createTracker } from '../../../lib/forward/tracker.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import { selectedBy } from '../../memory/label-selector.ts';
import type { World } from '../../world.ts';
import { sightOf } from './sight.ts';

type Events = readonly ObjectEventData[];

/** The forwarder's own judgement of what calls for an event. */
export interface Watch {
  /** What the forwarder's watches would tell by now. */
  look(): Promise<Events>;
  /** True where something goes on in Konnect that nobody tells of. */
  isUnderWay(): boolean;
  /** Events for what goes on, once it is time to look again. */
  goingOn(): Events;
  /** Events for the thorough look that some kinds ask for from time to time. */
  rechecks(concerns: (kind: Kind) => boolean): Events;
}

export function createWatch(world: World, kubernetes: LocalKubernetes): Watch {
  const dependants = createDependants(kinds);
  const clock = { now: () => world.now };
  const tracker = createTracker({ kinds, cluster: 'test', dependants, clock });
  const others = createOthers({ dependants, tracker, isPending: () => false, clock });
  const watched = otherResources(kinds);
  let sight: 'first-list' | 'watch' = 'first-list';
  let underWay: readonly string[] = [];

  function seenOthers(other: OtherResource, objects: readonly KubernetesObject[]): Events {
    const present = new Set(objects.map(({ metadata }) => metadata.uid));
    const seen = objects.flatMap((object) => others.seen(other, object, sight));
    const gone = [...others.known(other)].filter(({ uid }) => !present.has(uid));
    return [...seen, ...gone.flatMap((one) => others.gone(other, one))];
  }

  return {
    async look() {
      const { objects, secrets, configMaps } = await sightOf(kubernetes, world.namespace);
      const present = new Set(objects.map(({ object }) => object.metadata.uid));
      const events: ObjectEventData[] = [];
      for (const { kind, object } of objects) events.push(...tracker.seen(kind, object, sight));
      for (const kind of kinds) {
        for (const one of [...tracker.known(kind)]) if (!present.has(one.uid)) events.push(...tracker.gone(kind, one));
      }
      if (sight === 'first-list') events.push(...tracker.kindsListed());
      for (const other of watched) {
        const those = [...secrets, ...configMaps].filter((one) => isWatched(other, one));
        events.push(...seenOthers(other, those));
      }
      if (sight === 'first-list') tracker.othersListed();
      sight = 'watch';
      const going = objects.filter(({ kind, object }) => kind.recheckWhile?.(object));
      underWay = going.map(({ object }) => object.metadata.uid);
      return events;
    },
    isUnderWay: () => underWay.length > 0,
    goingOn: () => tracker.rechecks().filter(({ uid }) => underWay.includes(uid)),
    rechecks(concerns) {
      const wanted = new Set(kinds.filter(concerns).map(({ resource }) => resource.kind));
      return tracker.rechecks().filter(({ kind }) => wanted.has(kind));
    },
  };
}

function isWatched({ resource, labelSelector }: OtherResource, { kind, metadata }: KubernetesObject): boolean {
  return kind === resource.kind && selectedBy(labelSelector)(metadata.labels ?? {});
}
