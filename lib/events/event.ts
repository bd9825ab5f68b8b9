import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import * as Type from 'typebox';
import { Check, Errors } from 'typebox/value';
import { MalformedEvent } from '../engine/errors.ts';

const name = Type.String({ minLength: 1, maxLength: 253 });

/** Why an event was sent. It never decides what to do, only how thoroughly to look (see `isThorough`). */
export const causes = ['change', 'dependency', 'resync', 'drift', 'replay'] as const;
export type Cause = (typeof causes)[number];

/** CloudEvents 1.0 in JSON; the data names an object and holds none of its content. Closed: an unknown field is refused. */
export const eventSchema = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    type: Type.Literal('com.konghq.konnect.object.v1'),
    source: Type.String({ pattern: '^/clusters/[^/]+$', maxLength: 300 }),
    subject: Type.String({ minLength: 7, maxLength: 1024 }),
    id: Type.String({ minLength: 1, maxLength: 256 }),
    time: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' }),
    datacontenttype: Type.Optional(Type.Literal('application/json')),
    data: Type.Object(
      {
        cluster: Type.String({ minLength: 1, maxLength: 253, pattern: '^[^/]+$' }),
        group: Type.String({ maxLength: 253 }),
        version: name,
        kind: name,
        namespace: Type.Optional(name),
        name,
        uid: Type.String({ minLength: 1, maxLength: 128 }),
        generation: Type.Integer({ minimum: 0 }),
        resourceVersion: Type.String({ minLength: 1, maxLength: 128 }),
        cause: Type.Enum([...causes]),
        /** What woke the object: uid and resourceVersion of the object referred to, or the id of the drift or replay run. */
        origin: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
        force: Type.Optional(Type.Boolean()),
        /** The object is gone and left an entity in this control plane, by its object: it is to be deleted. */
        orphanIn: Type.Optional(Type.Object({ namespace: Type.Optional(name), name }, { additionalProperties: false })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false, title: 'A Kubernetes object may need to be reconciled' },
);

export type ObjectEvent = Static<typeof eventSchema>;
export type ObjectEventData = ObjectEvent['data'];

/** Makes the event of one object. `id` is the deduplication id, so two forwarders make the same event. */
export function objectEvent(data: ObjectEventData, time: Date): ObjectEvent {
  return {
    specversion: '1.0',
    type: 'com.konghq.konnect.object.v1',
    source: `/clusters/${data.cluster}`,
    subject: `${data.group}/${data.kind}/${data.namespace ?? '-'}/${data.name}`,
    id: deduplicationId(data),
    time: time.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}

/**
 * The SQS message group: one object of one cluster, so that one object is never reconciled twice at once.
 * SQS allows 128 characters; longer ones are hashed.
 */
export function messageGroupId(data: ObjectEventData): string {
  return bounded([data.cluster, data.group, data.kind, data.namespace ?? '-', data.name].join('/'));
}

/**
 * The SQS deduplication id: two forwarders that see the same change send the same id and SQS drops the second.
 * `origin` keeps two wake-ups of one unchanged object apart, `orphanIn` what one object left in two control planes.
 */
export function deduplicationId(data: ObjectEventData): string {
  const { uid, resourceVersion, cause, origin, orphanIn, force } = data;
  const parts = [uid, resourceVersion, cause, ...(origin === undefined ? [] : [origin])];
  const orphan = orphanIn === undefined ? [] : ['orphanIn', orphanIn.namespace ?? '-', orphanIn.name];
  return bounded([...parts, ...orphan, ...(force === true ? ['force'] : [])].join('/'));
}

/** True where the reconcile must read Konnect and compare, even if the object's generation is programmed already. */
export function isThorough(data: Pick<ObjectEventData, 'cause' | 'force'>): boolean {
  return data.force === true || data.cause === 'drift';
}

/** True where a plain replay of the event would see less: it ends where the object's generation is programmed. */
export function asksForMore(data: Pick<ObjectEventData, 'cause' | 'force'>): boolean {
  return isThorough(data) || data.cause === 'dependency';
}

/**
 * Reads a message body.
 * @throws {MalformedEvent} naming each field that is wrong, never quoting a value.
 */
export function parseEvent(body: string): ObjectEvent {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MalformedEvent(
      `not an event: the body (${body.length} characters) is not JSON; send CloudEvents 1.0 JSON`,
    );
  }
  if (Check(eventSchema, value)) return value;
  const problems = Errors(eventSchema, value);
  const named = problems.slice(0, 5).map((problem) => `${shownPath(problem.instancePath)} ${problem.message}`);
  throw new MalformedEvent(`not an event: ${named.join('; ')}; see events/event.schema.json`);
}

/** Names of fields that no event has may be anything, too: secrets, or as long as the body. */
function shownPath(path: string): string {
  const isPlain = /^(\/\w{1,40}){0,4}$/.test(path) && !/[ks]pat_/i.test(path);
  return isPlain ? path || '/' : `${/^(\/data)?/.exec(path)?.[0]}/[…]`;
}

// SQS: group and deduplication ids are at most 128 characters of alphanumerics and punctuation.
function bounded(id: string): string {
  if (id.length <= 128 && /^[\x21-\x7e]+$/.test(id)) return id;
  return createHash('sha256').update(id).digest('hex');
}
