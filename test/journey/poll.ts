import { setTimeout as delay } from 'node:timers/promises';
import { functionName, queueName, queueNames } from '../../infra/local/deployment.ts';
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
  options?: PollOptions,
) => Promise<Exclude<Found, undefined | false>>;

export interface PollOptions {
  /** Messages wait as long as they were told to, so that an outage does not use up their tries. */
  readonly patient?: true;
}

const limitMilliseconds = 60_000;
const betweenMilliseconds = 20;
/** More than any delay of a retry, less than the retention period of a queue. */
const hurrySeconds = 3_600;

export async function poll<Found>(
  stack: Stack,
  what: string,
  probe: () => Found | Promise<Found>,
  { patient }: PollOptions = {},
): Promise<Exclude<Found, undefined | false>> {
  const deadline = Date.now() + limitMilliseconds;
  let idleBefore = false;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found as Exclude<Found, undefined | false>;
    if (Date.now() > deadline) throw new Error(`not in time: ${what}\n${await describe(stack)}`);
    const idle = !patient && isDelayed(stack);
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

/** What is not done, what waits, what was given up and what was logged of it: the text of an error. */
async function describe(stack: Stack): Promise<string> {
  const logged = stack.functions.logs.map(({ text }) => text).filter((text) => /"level":"(WARN|ERROR)"/.test(text));
  const parts = [await notDone(stack), queued(stack), logged.slice(-5)];
  return parts.map((lines) => lines.slice(-20).join('\n')).join('\n');
}

async function notDone({ admin }: Stack): Promise<readonly string[]> {
  const listed = kinds.map(async ({ resource, mainCondition }) =>
    (await admin.list(resource)).filter((object) => !holdsForGeneration(object, mainCondition)),
  );
  return (await Promise.all(listed)).flat().map((object) => {
    const conditions = conditionsOf(object).map((one) => `    ${one.type}=${one.status} ${one.reason}: ${one.message}`);
    const deleting = object.metadata.deletionTimestamp === undefined ? '' : ' (being deleted)';
    return [`  ${object.kind} ${display(object.metadata)}${deleting}`, ...conditions].join('\n');
  });
}

function queued({ queues }: Stack): readonly string[] {
  return queueNames.flatMap((name) =>
    queues.messages(name).map(({ state, receiveCount, groupId, attributes }) => {
      const reason = attributes['reason']?.StringValue ?? '';
      return `  ${name}: ${state}, received ${receiveCount} times, ${groupId} ${reason}`;
    }),
  );
}
