import { deepEqual, notEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import * as names from '../../lib/engine/names.ts';
import { isRecord, type KubernetesObject, keyOf } from '../../lib/engine/objects.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import type { Stage } from '../memory/stage.ts';
import { hostileText, type Spoiling, spoiling, spoilt } from './spoil.ts';
import { differing, startTown, type Town } from './town.ts';

/*
 * Objects as no CRD would let them in, beside examples that are as they should be: none of them stops anybody, none comes
 * back to the queue for what only its author can change, each says what is wrong with it, and the others stay as they are.
 */

const runsPerTown = 500;

interface Odd {
  readonly kind: string;
  readonly nth: number;
  /** With the status and notes of the example's, or as somebody applies it. */
  readonly looked: boolean;
  readonly spoilings: readonly Spoiling[];
  /** What somebody wrote into annotations that mean something. */
  readonly annotations: Readonly<Record<string, string>>;
}

const annotation = fc.constantFrom(
  ...Object.entries(names).flatMap(([name, value]) => (name.endsWith('Annotation') ? [value] : [])),
  'konghq.com/tags',
  'konghq.com/plugins',
  'kubernetes.io/ingress.class',
);

const odd: fc.Arbitrary<Odd> = fc.record({
  kind: fc.constantFrom(...kinds.map(({ resource }) => resource.kind)),
  nth: fc.nat({ max: 3 }),
  looked: fc.boolean(),
  spoilings: fc.array(spoiling, { minLength: 1, maxLength: 3 }),
  annotations: fc.dictionary(annotation, hostileText, { maxKeys: 3, noNullPrototype: true }),
});

/** @returns how many objects were tried. */
export async function objects(runs: number, seed: number): Promise<number> {
  for (let done = 0; done < runs; done += runsPerTown) {
    await using town = await startTown();
    await fc.assert(
      fc.asyncProperty(odd, (one) => lived(town, one)),
      { numRuns: Math.min(runsPerTown, runs - done), seed: seed + done, endOnFailure: true },
    );
  }
  return runs;
}

async function lived(town: Town, one: Odd): Promise<void> {
  const { stage, look } = town;
  const { user } = stage.cluster;
  const before = town.belongings();
  const kind = kindNamed(one.kind);
  const object = user.plant(kind.resource, oddObject(town, one));
  askForForwarder(kind, object);
  const present = () => user.find(kind.resource, keyOf(object));
  for (const cause of ['change', 'dependency', 'drift'] as const)
    judge(stage, kind, await look(object, { cause }), present());
  const seen = present();
  if (seen !== undefined) {
    const metadata = { ...seen.metadata, finalizers: [names.finalizer], deletionTimestamp: stage.now.toISOString() };
    judge(stage, kind, await look(user.plant(kind.resource, { ...seen, metadata })), present());
    user.drop(kind.resource, keyOf(object));
  }
  judge(stage, kind, await look(object), undefined);
  deepEqual(differing(before, town.belongings()), [], 'entities of other objects were changed or deleted');
  town.sweep();
}

/** What the forwarder asks of every object of the cluster, in one process for all of them. */
function askForForwarder(kind: Kind, object: KubernetesObject): void {
  const targets = [...kind.refs, ...(kind.wakes ?? []), ...(kind.informs ?? []), ...(kind.users ?? [])];
  for (const key of targets.flatMap((one) => one.targets(object))) ok(typeof key.name === 'string' && key.name !== '');
  for (const user of kind.users ?? []) JSON.stringify(user.says(object));
  JSON.stringify([kind.concerns?.(object), kind.offers(object), kind.recheckWhile?.(object)]);
}

function kindNamed(name: string): Kind {
  const found = kinds.find(({ resource }) => resource.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

/** The spoilt copy of an example's object, under a name of its own. What the API server itself keeps is never spoilt. */
function oddObject({ residents }: Town, { kind, nth, looked, spoilings, annotations: odd }: Odd): KubernetesObject {
  const all = residents.filter((one) => one.kind === kind);
  const example = all[nth % all.length];
  if (example === undefined) throw new Error(`no example has a ${kind}`);
  const { apiVersion, kind: _, metadata, status, ...fields } = example;
  const { name: __, namespace, annotations } = metadata;
  const document = { ...fields, ...(looked ? { status } : {}) };
  const bad = spoilings.reduce<unknown>(spoilt, document);
  return {
    ...(isRecord(bad) ? bad : { spec: bad }),
    apiVersion,
    kind,
    metadata: {
      name: 'odd',
      ...(namespace === undefined ? {} : { namespace }),
      uid: `odd-${kind}`,
      resourceVersion: '1',
      generation: 2,
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: { ...(looked ? annotations : {}), ...odd },
    },
  };
}

function judge(stage: Stage, kind: Kind, verdict: Verdict, object: KubernetesObject | undefined): void {
  notEqual(verdict.is, 'malformed', JSON.stringify(verdict).slice(0, 500));
  if (verdict.is === 'retry') {
    // What may be on its way, or out, and is bounded by the queue.
    if (!passing.test(verdict.message))
      throw new Error(`${JSON.stringify(verdict)} ${stage.logs.at(-1)?.slice(0, 1500)}`);
  }
  if (verdict.is !== 'terminal' || object === undefined) return;
  const conditions =
    isRecord(object.status) && Array.isArray(object.status['conditions']) ? object.status['conditions'] : [];
  const main = conditions.filter(isRecord).find(({ type }) => type === kind.mainCondition);
  ok(main?.['status'] === 'False' && main['message'] !== '', `not told: ${JSON.stringify(verdict).slice(0, 300)}`);
}

const passing = /^no Konnect token is stored for /;
