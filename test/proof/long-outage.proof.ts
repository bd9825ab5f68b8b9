import { expect, it, vi } from 'vitest';
import { deadLetterQueueName } from '../../infra/local/deployment.ts';
import type { FaultRule } from '../../infra/local/konnect/server.ts';
import { storyOrganization } from '../../infra/local/stack.ts';
import { holdsForGeneration, statusOf } from '../../lib/engine/objects.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { textAt } from '../../lib/kinds/fields.ts';
import { namespace } from '../bench/calls.ts';
import { gateway, gatewayOf } from '../bench/gateway.ts';
import { kindNamed, type Wanted } from '../bench/load.ts';
import { inFlight } from '../bench/scale.ts';
import { documents } from '../bench/story.ts';
import { dataIn } from '../journey/rest.ts';
import { mostPerSecond } from './calls.ts';
import { note } from './figures.ts';
import { peakBytes } from './peaks.ts';
import { startVirtualStack, type VirtualStack } from './virtual.ts';

const latencyMs = 50;
const outageMs = 10 * 60_000;
const minuteMs = 60_000;
/** The first two documents of the story: the account, and its token. */
const account = documents
  .slice(0, 2)
  .map((one) => JSON.stringify(one))
  .join('\n---\n');
/** What our objects are in Konnect. */
const collections: Readonly<Record<string, string>> = {
  KongService: 'services',
  KongRoute: 'routes',
  KongConsumer: 'consumers',
  KongCredentialAPIKey: 'key-auths',
};

// What has no answer and what is answered by something before the API are both an outage.
const away: FaultRule = (_, nth) => (nth % 2 === 0 ? 'reset' : { status: 503, html: true });
// The rate is limited for all that time, and each answer promises that a second is enough, or nothing.
const busy: FaultRule = (_, nth) => ({ status: 429, ...(nth % 2 === 0 ? { retryAfter: 1 } : {}) });

it.each([
  { trouble: 'away', fault: away, objects: Number(process.env['PROOF_CHANGES'] ?? 2_300) },
  { trouble: 'busy', fault: busy, objects: Number(process.env['PROOF_CHANGES'] ?? 300) },
])('loses nothing and storms nobody where Konnect is $trouble for ten minutes while changes wait', async (given) => {
  const { trouble, fault, objects } = given;
  await using stack = await startVirtualStack();
  const [plane, ...others] = gateway('shop', 'konnect-api-auth', gatewayOf(objects));
  const all = [plane as Wanted, ...others];
  const services = all.filter(({ kind }) => kind.resource.kind === 'KongService');
  const routes = all.filter(({ kind }) => kind.resource.kind === 'KongRoute');
  const earlyRoutes = routes.slice(0, routes.length / 2);
  const early = [plane as Wanted, ...services, ...earlyRoutes];
  const late = all.filter((one) => !early.includes(one));
  const calls = recorded(stack);
  await stack.admin.apply(account);
  for (const { kind, object } of early) await stack.admin.create(kind.resource, object);
  await stack.run(() => allDone(stack, early));

  const start = Date.now();
  calls.answer(fault);
  const gone = earlyRoutes.slice(0, earlyRoutes.length / 3);
  const changes: readonly (() => Promise<unknown>)[] = [
    ...late.map(
      ({ kind, object }) =>
        () =>
          stack.admin.create(kind.resource, object),
    ),
    ...services.map(
      (one) => () => stack.admin.patch(one.kind.resource, keyIn(one), { spec: { host: 'moved.internal' } }),
    ),
    ...gone.map((one) => () => stack.admin.delete(one.kind.resource, keyIn(one))),
  ];
  // They come in the first minute, so that all of the outage lies before them.
  const portion = Math.ceil(changes.length / 10);
  for (let first = 0; first < changes.length; first += portion) {
    for (const change of changes.slice(first, first + portion)) await change();
    await toldOf(stack);
    await stack.runUntil(start + ((first + portion) / changes.length) * minuteMs);
  }
  await stack.runUntil(start + outageMs);
  const letters = deadLetters(stack);
  calls.answer(undefined);
  const left = all.filter((one) => !gone.includes(one));
  await stack.run(async () => deadLetters(stack) > 0 || (await allDone(stack, left)));

  const during = calls.moments.filter((at) => at >= start && at < start + outageMs);
  const after = calls.moments.filter((at) => at >= start + outageMs);
  const lastMinutes = during.filter((at) => at >= start + outageMs - 5 * minuteMs);
  // What all invocations together can call at the most; who comes back all at once comes near to it.
  const perSecond = (inFlight * 1_000) / latencyMs;
  const what = `Konnect ${trouble} for ten minutes, ${changes.length} changes wait`;
  note(
    { what: `${what}: dead letters`, value: deadLetters(stack), unit: 'count', bar: 0 },
    { what: `${what}: calls meanwhile`, value: during.length, unit: 'calls' },
    {
      what: `${what}: calls a second in its last five minutes`,
      value: lastMinutes.length / 300,
      unit: 'calls',
      bar: 10,
    },
    { what: `${what}: most calls in a second meanwhile`, value: mostPerSecond(during), unit: 'calls', bar: perSecond },
    { what: `${what}: calls afterwards`, value: after.length, unit: 'calls' },
    {
      what: `${what}: most calls in a second afterwards`,
      value: mostPerSecond(after),
      unit: 'calls',
      bar: perSecond / 2,
    },
    { what: `${what}: most memory of this process`, value: peakBytes('self'), unit: 'bytes', bar: 1e9 },
    { what: `${what}: until the last is done`, value: Date.now() - start - outageMs, unit: 'ms' },
  );
  expect(letters).toBe(0);
  expect(deadLetters(stack)).toBe(0);
  await expectEqual(stack, gone);
  expect(lastMinutes.length / 300).toBeLessThanOrEqual(10);
  expect(mostPerSecond(during)).toBeLessThanOrEqual(perSecond);
  expect(mostPerSecond(after)).toBeLessThanOrEqual(perSecond / 2);
});

/** Notes when calls reach Konnect, and lets the time pass that each takes. */
function recorded({ konnect }: VirtualStack) {
  const moments: number[] = [];
  let fault: FaultRule | undefined;
  konnect.setFault((request, nth) => {
    moments.push(Date.now());
    vi.setSystemTime(Date.now() + latencyMs);
    return fault?.(request, nth);
  });
  return {
    moments,
    answer(rule: FaultRule | undefined) {
      fault = rule;
    },
  };
}

async function allDone({ admin }: VirtualStack, wanted: readonly Wanted[]): Promise<boolean> {
  for (const [kind, some] of Map.groupBy(wanted, (one) => one.kind)) {
    const listed = await admin.list(kind.resource, { namespace });
    const done = listed.filter((one) => holdsForGeneration(one, kind.mainCondition));
    if (listed.length !== some.length || done.length !== some.length) return false;
  }
  return true;
}

/** Waits until the forwarder has told of every object as it is now. */
async function toldOf({ admin, queues }: VirtualStack): Promise<void> {
  await vi.waitFor(async () => {
    const told = new Set(
      queues.sent.map(({ body }) => dataIn(body)).map(({ uid, generation }) => `${uid}/${generation}`),
    );
    for (const name of Object.keys(collections)) {
      const listed = await admin.list(kindNamed(name).resource, { namespace });
      expect(listed.filter(({ metadata }) => !told.has(`${metadata.uid}/${metadata.generation}`))).toEqual([]);
    }
  }, 30_000);
}

function deadLetters({ queues }: VirtualStack): number {
  return lanes.reduce((sum, lane) => sum + queues.messages(deadLetterQueueName(lane)).length, 0);
}

/** Konnect has the entities of the objects, as they are, and no other. */
async function expectEqual({ admin, konnect }: VirtualStack, gone: readonly Wanted[]): Promise<void> {
  const [plane] = konnect.controlPlanes(storyOrganization.id).filter(({ name }) => name === 'shop');
  for (const [name, collection] of Object.entries(collections)) {
    const listed = await admin.list(kindNamed(name).resource, { namespace });
    const entities = konnect.entities(plane?.id ?? '', collection);
    expect(entities.map(({ id }) => id).toSorted(), name).toEqual(
      listed.map((one) => textAt(statusOf(one)['konnect'], 'id')).toSorted(),
    );
    if (name === 'KongService') expect(new Set(entities.map(({ host }) => host))).toEqual(new Set(['moved.internal']));
    const names = new Set(listed.map(({ metadata }) => metadata.name));
    expect(gone.filter(({ object }) => names.has(object.metadata.name))).toEqual([]);
  }
}

function keyIn({ object: { metadata } }: Wanted) {
  return { namespace, name: metadata.name };
}
