import { display, type KubernetesObject, keyOf } from '../engine/objects.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import { createResidence, type Residence } from './residence.ts';
import type { Run } from './run.ts';
import { isAskedFor, isLeftAlone, listOptions } from './select.ts';

/** The object that a dead letter names, as it is now; undefined where it is gone. Throws what the cluster throws. */
export type Present = (kind: Kind, data: ObjectEventData) => Promise<KubernetesObject | undefined | 'not meant'>;

export function createPresent(run: Run): Present {
  const { request, ports } = run;
  const tables = new Map<string, Promise<ReadonlyMap<string, KubernetesObject>>>();
  const residences = new Map<string, Residence>();
  const tableOf = (cluster: string, kind: Kind) => {
    const id = `${cluster}/${kind.resource.kind}`;
    const table = tables.get(id) ?? readTable(run, cluster, kind);
    tables.set(id, table);
    return table;
  };
  const residenceIn = (cluster: string): Residence => {
    const made =
      residences.get(cluster) ?? createResidence(ports.kinds, ({ resource }) => ports.cluster(cluster).list(resource));
    residences.set(cluster, made);
    return made;
  };
  const { controlPlane, labelSelector } = request;
  return async (kind, data) => {
    // What was left behind is that of an object which is gone, whoever has its name by now.
    const object = data.orphanIn === undefined ? (await tableOf(data.cluster, kind)).get(display(data)) : undefined;
    if (object === undefined) {
      const needed = controlPlane !== undefined || labelSelector !== undefined;
      return needed || (request.uid !== undefined && request.uid !== data.uid) ? 'not meant' : undefined;
    }
    if (!isAskedFor(request, object) || isLeftAlone(kind, object)) return 'not meant';
    const isThere = controlPlane === undefined || (await residenceIn(data.cluster).of(kind, object)) === controlPlane;
    return isThere ? object : 'not meant';
  };
}

async function readTable(
  { request, ports }: Run,
  cluster: string,
  { resource }: Kind,
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const listed = await ports.cluster(cluster).list(resource, listOptions(request));
  return new Map(listed.map((object) => [display(keyOf(object)), object]));
}
