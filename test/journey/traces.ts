import { queueNames } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { configMapResource, isRecord, type Resource, secretResource } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';

/** A place where somebody could read something, with all that stands there. */
export interface Place {
  readonly name: string;
  readonly texts: readonly string[];
}

const eventResource: Resource = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/**
 * Every place that tokens must not reach: logs, messages, queues, objects, events and the names of secrets. What holds
 * tokens by right is left out: `spec.token`, the data of Secrets, the values in Secrets Manager.
 */
export async function publicPlaces(stack: Stack): Promise<readonly Place[]> {
  const { admin, queues, secrets, functions, forwarder } = stack;
  const everywhere = async (resource: Resource, without: readonly string[]): Promise<readonly string[]> =>
    (await admin.list(resource)).map((object) => JSON.stringify(without.reduce<unknown>(withoutField, object)));
  const objects = await Promise.all(kinds.map(({ resource }) => everywhere(resource, ['spec'])));
  return [
    { name: 'logs of functions', texts: functions.logs.map(({ text }) => text) },
    { name: 'logs of the forwarder', texts: forwarder?.lines ?? [] },
    { name: 'messages that were sent', texts: queues.sent.map((message) => JSON.stringify(message)) },
    {
      name: 'messages in queues',
      texts: queueNames.flatMap((name) => queues.messages(name).map((one) => JSON.stringify(one))),
    },
    { name: 'metadata and status of objects', texts: objects.flat() },
    { name: 'metadata of Secrets', texts: await everywhere(secretResource, ['data']) },
    { name: 'ConfigMaps', texts: await everywhere(configMapResource, []) },
    { name: 'events', texts: await everywhere(eventResource, []) },
    {
      name: 'names, tags and descriptions of AWS secrets',
      texts: secrets
        .secrets()
        .map(({ name, arn, tags, description }) => JSON.stringify({ name, arn, tags, description })),
    },
  ];
}

/** What of a token must not be seen: itself, its base64, and each half of its random part, which would halve the guesses. */
export function tracesOf(token: string): readonly string[] {
  const random = token.replace(/^[ks]pat_/, '');
  const middle = Math.floor(random.length / 2);
  if (middle < 12) throw new Error('the halves of this token are too short to be looked for');
  return [token, Buffer.from(token).toString('base64'), random.slice(0, middle), random.slice(middle)];
}

/** Where any of the traces is found: the place, and what stands around it. */
export function leaksIn(places: readonly Place[], tokens: readonly string[]): readonly string[] {
  const traces = tokens.flatMap(tracesOf);
  return places.flatMap(({ name, texts }) =>
    texts.flatMap((text) => {
      const trace = traces.find((one) => text.includes(one));
      return trace === undefined ? [] : [`${name}: ${around(text, trace)}`];
    }),
  );
}

function around(text: string, trace: string): string {
  const at = text.indexOf(trace);
  return `…${text.slice(Math.max(0, at - 120), at)}<here>${text.slice(at + trace.length, at + trace.length + 40)}…`;
}

function withoutField(value: unknown, field: string): unknown {
  if (!isRecord(value)) return value;
  const { [field]: _, ...rest } = value;
  return rest;
}
