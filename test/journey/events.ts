import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueName } from '../../infra/local/deployment.ts';
import { clusterName, type Stack } from '../../infra/local/stack.ts';
import { type KubernetesObject, keyOf } from '../../lib/engine/objects.ts';
import { messageGroupId, type ObjectEventData, objectEvent } from '../../lib/events/event.ts';
import type { Lane } from '../../lib/kinds/define.ts';
import { laneOf } from '../../lib/registry.ts';
import { dataIn } from './rest.ts';

let count = 0;

/** Never the same twice: for deduplication ids and origins. */
function next(): string {
  count += 1;
  return `journey-${count}`;
}

/** Puts a message on a lane's queue, as anybody with the right to send could. */
export async function sendBody(stack: Stack, lane: Lane, body: string, groupId = next()): Promise<void> {
  const client = new SQSClient({ ...stack.aws, endpoint: stack.queues.endpoint });
  await client.send(
    new SendMessageCommand({
      QueueUrl: stack.queues.urls[queueName(lane)],
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: next(),
    }),
  );
  client.destroy();
}

/** Sends an event for an object as it is now. */
export async function sendEvent(
  stack: Stack,
  object: KubernetesObject,
  asked: Partial<ObjectEventData> = {},
): Promise<void> {
  const [group = '', version = ''] = object.apiVersion.split('/');
  const { uid, generation = 0, resourceVersion } = object.metadata;
  const event = objectEvent(
    {
      cluster: clusterName,
      group,
      version,
      kind: object.kind,
      ...keyOf(object),
      uid,
      generation,
      resourceVersion,
      cause: 'change',
      ...asked,
    },
    new Date(),
  );
  await sendBody(stack, laneOf(object.kind) ?? 'entity', JSON.stringify(event), messageGroupId(event.data));
}

/** Asks for a look at an object that compares it with Konnect. */
export function force(stack: Stack, object: KubernetesObject): Promise<void> {
  return sendEvent(stack, object, { cause: 'replay', force: true, origin: next() });
}

/**
 * Sends every event of a namespace that was ever sent once more, as a change under a new deduplication id.
 * @returns how many
 */
export async function sendAgain(stack: Stack, namespace: string): Promise<number> {
  const bodies = new Set(
    stack.queues.sent.filter(({ body }) => dataIn(body)['namespace'] === namespace).map(({ body }) => body),
  );
  for (const body of bodies) {
    const event = JSON.parse(body) as { readonly data: ObjectEventData };
    const again = { ...event, data: { ...event.data, cause: 'change' } };
    const lane = laneOf(event.data.kind) ?? 'entity';
    await sendBody(stack, lane, JSON.stringify(again), messageGroupId(event.data));
  }
  return bodies.size;
}
