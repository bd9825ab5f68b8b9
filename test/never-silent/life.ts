import type { Controller } from '../../lib/engine/controller.ts';
import { KonnectError, MalformedEvent, Retry, Terminal, Wait } from '../../lib/engine/errors.ts';
import { findCondition } from '../../lib/engine/objects.ts';
import { reconcile } from '../../lib/engine/reconcile.ts';
import type { Environment } from '../../lib/engine/run.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import { maxAttempts } from '../../lib/events/backoff.ts';
import { handleBatch } from '../../lib/events/batch.ts';
import type { DeadLetterReason } from '../../lib/events/dead-letters.ts';
import { messageGroupId, type ObjectEventData, objectEvent } from '../../lib/events/event.ts';
import { createFirstErrors } from '../../lib/events/first-errors.ts';
import { createMemoryCluster, type MemoryCluster } from '../memory/cluster.ts';
import { authConfiguration, authKind, key } from '../memory/manifests.ts';
import { conflict, forbidden, invalid, missing, overloaded, unanswered } from '../memory/refusals.ts';

/* One message to a function whose world is in memory, from its first receive to its end. */

const { resource } = authKind;
const now = new Date('2026-03-01T12:00:00Z');
/** SQS moves a message by itself after that many receives; see infra/aws/settings.ts. */
const sqsMovesAfter = maxAttempts + 2;

/** What converging the object ends with. */
export const endings: Readonly<Record<string, () => unknown>> = {
  done: () => undefined,
  wait: () => new Wait('the thing is not there yet'),
  lost: () => new Wait('the thing is gone', { lost: true }),
  terminal: () => new Terminal('the name is taken'),
  mismatch: () => new Terminal('of another organisation', { reason: 'OrganizationMismatch' }),
  again: () => new Retry('changed meanwhile', { afterSeconds: 0 }),
  retry: () => new Retry('busy'),
  unavailable: () => new KonnectError('Konnect answered 503', { failure: 'unavailable' }),
  limited: () => new KonnectError('slow down', { failure: 'rate-limited', retryAfterSeconds: 9 }),
  refused: () => new KonnectError('Konnect answered 400', { failure: 'invalid' }),
  forbidden: () => new KonnectError('Konnect answered 403', { failure: 'forbidden' }),
  malformed: () => new MalformedEvent('not for this function'),
  defect: () => new TypeError('x is not a function'),
};

/** What the API server, or the way to it, does to one call. */
export const troubles: Readonly<Record<string, () => unknown>> = {
  unanswered,
  overloaded,
  conflict: () => conflict(resource, key('auth')),
  forbidden: () => forbidden(resource, key('auth')),
  invalid: () => invalid(resource, key('auth'), ['spec: too much']),
  gone: () => missing(resource, key('auth')),
  unregistered: () => new Terminal('the cluster blue is not registered'),
};

export interface Case {
  readonly ending: string;
  readonly trouble: string;
  readonly on: 'get' | 'patch status';
  /** Calls of that sort that go well before the trouble begins, and how many do not then. */
  readonly before: number;
  readonly troubled: number;
  /** How often the dead-letter queue takes nothing. */
  readonly unkept: number;
  readonly event: 'right' | 'other kind' | 'other group' | 'no event';
  readonly alreadyProgrammed: boolean;
}

function conditionOf(cluster: MemoryCluster) {
  const object = cluster.user.find(resource, key('auth'));
  return object && findCondition(object, authKind.mainCondition);
}

/** One message from its first receive to its end, as SQS and the function handle it. */
export async function live(one: Case) {
  const clock = { now: () => now };
  const cluster = createMemoryCluster('blue', clock);
  cluster.user.apply(resource, authConfiguration());
  if (one.alreadyProgrammed) programmed(cluster);
  let calls = 0;
  cluster.intercept(({ verb }) => {
    if (verb !== one.on) return undefined;
    calls += 1;
    const failing = calls > one.before && calls <= one.before + one.troubled;
    if (failing) throw troubles[one.trouble]?.();
    return undefined;
  });
  const letters: Pick<DeadLetterReason, 'verdict' | 'reason'>[] = [];
  let unkept = one.unkept;
  const verdicts: Verdict['is'][] = [];
  const keep = async (_: unknown, reason: DeadLetterReason): Promise<void> => {
    unkept -= 1;
    if (unkept >= 0) throw new Error('SQS is away');
    letters.push(reason);
  };
  const ports = {
    async reconcile(event: ObjectEventData) {
      const reached = await reconcile(environmentOf(one), cluster, event);
      verdicts.push(reached.is);
      return reached;
    },
    deadLetters: { keep },
    firstErrors: createFirstErrors(),
    delay: async () => undefined,
    remaining: () => 900_000,
    functionName: 'reconcile-test',
    clock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    random: () => 0,
  };
  const { body, group } = messageOf(one);
  for (let received = 1; received <= sqsMovesAfter; received += 1) {
    const attributes = { ApproximateReceiveCount: String(received), MessageGroupId: group };
    const failed = await handleBatch([{ messageId: 'm', receiptHandle: 'r', body, attributes }], ports);
    if (failed.length === 0) return { letters, condition: conditionOf(cluster), verdict: verdicts.at(-1) };
  }
  return {
    letters: [{ verdict: 'unanswered', reason: 'moved by SQS' }],
    condition: conditionOf(cluster),
    verdict: verdicts.at(-1),
  };
}

function programmed(cluster: MemoryCluster): void {
  const condition = {
    type: authKind.mainCondition,
    status: 'True',
    reason: 'Valid',
    message: '',
    observedGeneration: 1,
  };
  const conditions = [{ ...condition, lastTransitionTime: now.toISOString() }];
  cluster.user.editStatus(resource, key('auth'), { conditions });
}

function messageOf({ event }: Case): { readonly body: string; readonly group: string } {
  const { group, version, kind } = resource;
  const right: ObjectEventData = {
    ...{ cluster: 'blue', group, version, kind, ...key('auth'), uid: 'u', resourceVersion: '1', generation: 1 },
    cause: 'change',
  };
  const changes = {
    right: {},
    'other kind': { kind: 'Teapot' },
    'other group': { group: 'example.com' },
    'no event': {},
  };
  const data = { ...right, ...changes[event] };
  return {
    body: event === 'no event' ? '{"half' : JSON.stringify(objectEvent(data, now)),
    group: messageGroupId(data),
  };
}

/** The engine around a controller that ends as the case wants. */
function environmentOf({ ending }: Case): Environment {
  const converge = async (): Promise<void> => {
    const error = endings[ending]?.();
    if (error !== undefined) throw error;
  };
  const controller: Controller = { converge, release: converge };
  const never = (): never => {
    throw new Error('not for this test');
  };
  return {
    registry: {
      kinds: [authKind],
      kind: (group, kind) => (group === resource.group && kind === resource.kind ? authKind : undefined),
      controller: () => controller,
    },
    konnect: { call: never, list: never },
    tokens: { read: never, refresh: never, keep: never, forget: never, reveal: never },
    clock: { now: () => now },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    wake: async () => undefined,
    allowedHosts: [],
  };
}
