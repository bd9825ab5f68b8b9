import { deepEqual, notEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { finalizer } from '../../lib/engine/names.ts';
import { isRecord, type KubernetesObject, keyOf } from '../../lib/engine/objects.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import type { Stage } from '../memory/stage.ts';
import { type Spoiling, spoiling, spoilt } from './spoil.ts';
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
}

const odd: fc.Arbitrary<Odd> = fc.record({
  kind: fc.constantFrom(...kinds.map(({ resource }) => resource.kind)),
  nth: fc.nat({ max: 3 }),
  looked: fc.boolean(),
  spoilings: fc.array(spoiling, { minLength: 1, maxLength: 3 }),
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
  const present = () => user.find(kind.resource, keyOf(object));
  for (const cause of ['change', 'dependency', 'drift'] as const)
    judge(stage, kind, await look(object, { cause }), present());
  const seen = present();
  if (seen !== undefined) {
    const metadata = { ...seen.metadata, finalizers: [finalizer], deletionTimestamp: stage.now.toISOString() };
    judge(stage, kind, await look(user.plant(kind.resource, { ...seen, metadata })), present());
    user.drop(kind.resource, keyOf(object));
  }
  judge(stage, kind, await look(object), undefined);
  deepEqual(differing(before, town.belongings()), [], 'entities of other objects were changed or deleted');
  town.sweep();
}

function kindNamed(name: string): Kind {
  const found = kinds.find(({ resource }) => resource.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

/** The spoilt copy of an example's object, under a name of its own. What the API server itself keeps is never spoilt. */
function oddObject({ residents }: Town, { kind, nth, looked, spoilings }: Odd): KubernetesObject {
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
      ...(looked && annotations !== undefined ? { annotations } : {}),
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
