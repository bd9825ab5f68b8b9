import { setTimeout as delay } from 'node:timers/promises';
import { deadLetterQueueName, functionName, queueName } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { conditionsOf, display, holdsForGeneration } from '../../lib/engine/objects.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';

/**
 * Asks until the probe gives something else than undefined or false, and gives that.
 * @throws {Error} at the deadline, with everything that tells why.
 */
export type Poll = <Found>(
  what: string,
  probe: () => Found | Promise<Found>,
) => Promise<Exclude<Found, undefined | false>>;

const limitMilliseconds = 60_000;
const betweenMilliseconds = 20;
/** More than any delay of a retry, less than the retention period of a queue. */
const hurrySeconds = 3_600;

export async function poll<Found>(
  stack: Stack,
  what: string,
  probe: () => Found | Promise<Found>,
): Promise<Exclude<Found, undefined | false>> {
  const deadline = Date.now() + limitMilliseconds;
  let idleBefore = false;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found as Exclude<Found, undefined | false>;
    if (Date.now() > deadline) throw new Error(`not in time: ${what}\n${await describe(stack)}`);
    const idle = isDelayed(stack);
    // Seen twice in a row, so that a message on its way to its function does not count as waiting.
    if (idle && idleBefore) stack.queues.advance(hurrySeconds);
    idleBefore = idle && !idleBefore;
    await delay(betweenMilliseconds);
  }
}

/** True where messages only wait for their next try. */
function isDelayed({ functions, queues }: Stack): boolean {
  const idle = lanes.every((lane) => functions.counters(functionName(lane)).batches === 0);
  return idle && lanes.some((lane) => queues.messages(queueName(lane)).some(({ state }) => state === 'in-flight'));
}

/** What is not done, what waits and what was given up: the text of an error. */
async function describe(stack: Stack): Promise<string> {
  const listed = kinds.map(async ({ resource, mainCondition }) =>
    (await stack.admin.list(resource)).filter((object) => !holdsForGeneration(object, mainCondition)),
  );
  const told = (await Promise.all(listed)).flat().map((object) => {
    const conditions = conditionsOf(object).map((one) => `    ${one.type}=${one.status} ${one.reason}: ${one.message}`);
    const deleting = object.metadata.deletionTimestamp === undefined ? '' : ' (being deleted)';
    return [`  ${object.kind} ${display(object.metadata)}${deleting}`, ...conditions].join('\n');
  });
  const queued = lanes.flatMap((lane) =>
    [queueName(lane), deadLetterQueueName(lane)].flatMap((name) =>
      stack.queues
        .messages(name)
        .map(({ state, receiveCount, groupId, attributes }) =>
          [`  ${name}: ${state} ${receiveCount}× ${groupId}`, attributes['reason']?.StringValue ?? ''].join(' '),
        ),
    ),
  );
  return [...told.slice(-40), ...queued.slice(-40), ...stack.functions.logs.slice(-15).map(({ text }) => text)].join(
    '\n',
  );
}
