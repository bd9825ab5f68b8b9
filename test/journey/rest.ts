import { deadLetterQueueName, functionName, queueName } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { domain, pausedAnnotation } from '../../lib/engine/names.ts';
import { isRecord, type KubernetesObject, keyOf, type Resource } from '../../lib/engine/objects.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { auth, controlPlane, extension, resourceNamed } from './manifests.ts';
import type { Poll } from './poll.ts';

/** Resolves once everybody has seen everything and nothing is left to do. */
export type Rest = () => Promise<void>;

const namespace = 'journey-marks';

/**
 * Each watch of the forwarder tells its changes in order. So when a change of a mark, made after everything else, has come
 * out as a message, all that happened before it has come out as well; and when nothing else came out, nothing happened.
 * Marks are paused objects: functions leave them alone.
 */
export async function createRest(stack: Stack, until: Poll): Promise<Rest> {
  await stack.admin.create(resourceNamed('Namespace'), { metadata: { name: namespace } });
  const metadata = { namespace, annotations: { [pausedAnnotation]: 'true' } };
  const labels = { 'app.kubernetes.io/managed-by': 'konnect-reconciler' };
  const marks: readonly Mark[] = await Promise.all(
    [
      auth('mark', { secret: 'mark-token' }),
      controlPlane('mark'),
      extension('mark'),
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mark-token' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'konnect-extension-mark', labels } },
    ].map(async (manifest) => {
      const made = { ...manifest, metadata: { ...manifest.metadata, ...metadata } };
      const [object] = await stack.admin.apply(JSON.stringify(made));
      if (object === undefined) throw new Error(`${manifest.kind} mark was not made`);
      const resource = resourceNamed(manifest.kind);
      // Kong's rules refuse every update of an object that has no status.
      if (isOurs(resource)) await stack.admin.patch(resource, keyOf(object), { status: {} }, { subresource: 'status' });
      return { resource, object };
    }),
  );
  let round = 0;
  return async () => {
    for (;;) {
      await until('every message is handled', () => isQuiet(stack));
      const before = stack.queues.sent.length;
      round += 1;
      for (const mark of marks) await passes(stack, until, mark, round);
      await until('every message is handled', () => isQuiet(stack));
      if (stack.queues.sent.slice(before).every(({ body }) => namespaceIn(body) === namespace)) return;
    }
  };
}

interface Mark {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

/** Changes a mark and waits until a message tells of it. */
async function passes(stack: Stack, until: Poll, { resource, object }: Mark, round: number): Promise<void> {
  const sentBefore = stack.queues.sent.length;
  const annotations = { [`${domain}/mark`]: String(round) };
  const { metadata } = await stack.admin.patch(resource, keyOf(object), { metadata: { annotations } });
  const version = metadata.resourceVersion;
  await until(`the forwarder tells of mark ${resource.kind} ${version}`, () =>
    stack.queues.sent.slice(sentBefore).some(({ body }) => {
      const data = dataIn(body);
      return isOurs(resource)
        ? data['uid'] === metadata.uid && data['resourceVersion'] === version
        : data['origin'] === `${metadata.uid}/${version}`;
    }),
  );
}

function isOurs({ kind }: Resource): boolean {
  return kinds.some(({ resource }) => resource.kind === kind);
}

function isQuiet({ queues, functions }: Stack): boolean {
  // Before a part of a drift check is off its queue, what it sends is on another.
  if (queues.messages(queueName('drift')).length > 0) return false;
  return lanes.every(
    (lane) => queues.messages(queueName(lane)).length === 0 && functions.counters(functionName(lane)).batches === 0,
  );
}

function namespaceIn(body: string): unknown {
  return dataIn(body)['namespace'];
}

/** The data of an event; nothing for a body that is none. */
export function dataIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(body);
    const data = isRecord(event) ? event['data'] : undefined;
    return isRecord(data) ? data : {};
  } catch {
    return {};
  }
}

/** What was given up, of every lane or for one namespace: reason, verdict, attempts, function and subject, with the body. */
export function deadLetters({ queues }: Stack, ofNamespace?: string): readonly Readonly<Record<string, string>>[] {
  return lanes.flatMap((lane) =>
    queues
      .messages(deadLetterQueueName(lane))
      .filter(({ body }) => ofNamespace === undefined || namespaceIn(body) === ofNamespace)
      .map(({ attributes, body, groupId }) => ({
        ...Object.fromEntries(Object.entries(attributes).map(([name, { StringValue = '' }]) => [name, StringValue])),
        lane,
        groupId,
        body,
      })),
  );
}
