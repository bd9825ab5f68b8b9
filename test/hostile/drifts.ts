import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { startRun } from '../../lib/drift/plan.ts';
import type { DriftReport } from '../../lib/drift/report.ts';
import { parseTask } from '../../lib/drift/task.ts';
import { MalformedEvent } from '../../lib/engine/errors.ts';
import { isRecord, type KubernetesObject, keyOf } from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import { type ObjectEventData, objectEvent, parseEvent } from '../../lib/events/event.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type Lie, lie, lieAbout } from './list-lies.ts';
import { anyValue, hostileText, madeOf, type Spoiling, spoiling, spoilt } from './spoil.ts';
import { differing, resourceOf, startTown, type Town } from './town.ts';

/*
 * Drift checks in a cluster with objects as no CRD would let them in, and with a Konnect whose lists lie: each ends with a
 * report of a bounded size, writes nothing to Konnect, sends events for objects only that are there, and says of the good
 * objects what it would say without the others.
 */

const runsPerTown = 100;
/** What a function may answer, in bytes. */
const longestAnswer = 6 * 1024 * 1024;
const bad = 'bad';

interface Odd {
  readonly kind: string;
  readonly nth: number;
  readonly spoilings: readonly Spoiling[];
  /** A status that holds a thousand conditions, and an annotation that is as long as the API server takes. */
  readonly wide: boolean;
}

interface Input {
  readonly odd: readonly Odd[];
  readonly lie: Lie | undefined;
  /** A message in the queue of tasks. */
  readonly message: string;
}

const input: fc.Arbitrary<Input> = fc.record({
  odd: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds.map(({ resource }) => resource.kind)),
      nth: fc.nat({ max: 3 }),
      spoilings: fc.array(spoiling, { minLength: 1, maxLength: 3 }),
      wide: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  lie: fc.option(lie, { nil: undefined }),
  message: fc.oneof(
    hostileText,
    anyValue.map((made) => JSON.stringify(madeOf(made)) ?? ''),
    spoiling.map((one) => JSON.stringify(spoilt({ run: 'r', mode: 'repair', cluster: 'blue', kinds: [] }, one)) ?? ''),
  ),
});

/** @returns how many checks were made. */
export async function drifts(runs: number, seed: number): Promise<number> {
  for (let done = 0; done < runs; done += runsPerTown) {
    await using town = await startTown();
    misplace(town);
    // What is stuck is so from the beginning.
    later(town);
    const expected = findingsOf((await checked(town)).report);
    ok(expected.length > 0, 'nothing differs');
    const property = fc.asyncProperty(input, (one) => lived(town, expected, one));
    await fc.assert(property, { numRuns: Math.min(runsPerTown, runs - done), seed: seed + done, endOnFailure: true });
  }
  return runs;
}

/** One entity is not as its object says. */
function misplace({ stage, residents }: Town): void {
  const place = residents.filter(({ kind }) => kind === 'KongService').map(placeOf)[0];
  if (place === undefined) throw new Error('no example has a service');
  stage.konnect.patchEntity(place.controlPlaneID, 'services', place.id, { host: 'elsewhere.example' });
}

async function lived(town: Town, expected: readonly string[], one: Input): Promise<void> {
  const { stage } = town;
  const { user } = stage.cluster;
  refuseTask(one.message);
  const planted = one.odd.map((odd, index) => user.plant(resourceOf(odd), oddObject(town, odd, index)));
  const before = town.belongings();
  stage.konnect.setFault(one.lie && lieAbout(one.lie, before));
  stage.konnect.resetRequests();
  const { report, events } = await checked(town);
  stage.konnect.setFault(undefined);
  deepEqual(differing(before, town.belongings()), [], 'Konnect was written to');
  ok(!stage.konnect.requests.some(({ method }) => method !== 'GET'), 'a drift check made a call that writes');
  ok(Buffer.byteLength(JSON.stringify(report)) < longestAnswer, 'the report is longer than an answer may be');
  for (const event of events) refuseGone(town, event);
  const shown = JSON.stringify([report.problems, report.findings]).slice(0, 3000);
  if (one.lie === undefined) deepEqual(findingsOf(report), expected, shown);
  for (const object of planted) user.drop(resourceOf(object), keyOf(object));
  later(town);
}

/** Later than any pause that an answer may have asked for. */
function later({ stage }: Town): void {
  stage.now = new Date(stage.now.getTime() + 13 * 60 * 60 * 1000);
}

async function checked({ stage }: Town): Promise<{ report: DriftReport; events: readonly ObjectEventData[] }> {
  const events: ObjectEventData[] = [];
  const ports = {
    ...stage.environment,
    clusters: async () => ['blue'],
    clusterNamed: () => stage.cluster,
    async send(sent: readonly ObjectEventData[]) {
      events.push(...sent);
      return [];
    },
    konnectCalls: () => stage.konnect.requests.length,
    remaining: () => Number.POSITIVE_INFINITY,
  };
  const { report } = await startRun({ mode: 'repair', wait: true }, ports, { put: async () => undefined });
  if (report === undefined) throw new Error('the drift check gave no report');
  return { report, events };
}

/** What is said of the good objects. */
function findingsOf({ findings }: DriftReport): readonly string[] {
  return (
    findings
      // Another one for the same control plane makes this kind's differ, rightly.
      .filter(({ name, kind }) => !name.startsWith(bad) && kind !== 'KonnectCloudGatewayDataPlaneGroupConfiguration')
      .map(({ class: what, kind, name, sent }) => `${what} ${kind} ${name} ${sent}`)
      .toSorted()
  );
}

function refuseGone({ stage }: Town, data: ObjectEventData): void {
  parseEvent(JSON.stringify(objectEvent(data, stage.now)));
  if (data.orphanIn !== undefined) return;
  const key = data.namespace === undefined ? { name: data.name } : { namespace: data.namespace, name: data.name };
  equal(stage.cluster.user.find(resourceOf(data), key)?.metadata.uid, data.uid, `an event for ${JSON.stringify(key)}`);
}

function refuseTask(message: string): void {
  try {
    const task = parseTask(message);
    ok(task.run.length > 0 && task.cluster.length > 0);
  } catch (error) {
    ok(error instanceof MalformedEvent, String(error));
    ok(error.message.length < 4096, 'the message is as long as what was sent');
  }
}

function ownId(index: number): string {
  return `0000000${index}-0000-4000-8000-0000000000bb`;
}

function oddObject({ residents }: Town, { kind, nth, spoilings, wide }: Odd, index: number): KubernetesObject {
  const all = residents.filter((one) => one.kind === kind);
  const example = all[nth % all.length];
  if (example === undefined) throw new Error(`no example has a ${kind}`);
  const { apiVersion, metadata, kind: _, ...fields } = example;
  // A plugin that one more object asked for would be right to differ.
  const { 'konghq.com/plugins': __, ...annotations } = metadata.annotations ?? {};
  // Who claims another's entity makes that one differ, rightly.
  const own: unknown = JSON.parse(JSON.stringify(fields).replaceAll(placeOf(example)?.id ?? ' ', ownId(index)));
  const spoiled = spoilings.reduce<unknown>(spoilt, own);
  const content = isRecord(spoiled) ? spoiled : { spec: spoiled };
  const status = isRecord(content['status']) ? content['status'] : {};
  const many = Array.from({ length: 1000 }, (_, nth) => ({
    type: `T${nth}`,
    status: 'True',
    reason: 'r',
    message: 'm',
  }));
  return {
    ...content,
    ...(wide ? { status: { ...status, conditions: [...many, ...[status['conditions'] ?? []].flat()] } } : {}),
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      name: `${bad}-${index}`,
      uid: `${bad}-${kind}-${index}`,
      // Of two that want the same, the older one has it.
      creationTimestamp: '2026-12-31T00:00:00Z',
      annotations: { ...annotations, ...(wide ? { huge: 'h'.repeat(250_000) } : {}) },
    },
  };
}
