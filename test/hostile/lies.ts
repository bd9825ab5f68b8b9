import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { isRecord, type KubernetesObject, keyOf } from '../../lib/engine/objects.ts';
import { reconcile } from '../../lib/engine/reconcile.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { anyValue, madeOf, type Spoiling, spoiling, spoilt } from './spoil.ts';
import { resourceOf, startTown, type Town } from './town.ts';

/*
 * A Konnect whose answers are JSON and wrong, in the middle of a reconcile of any kind: entities with fields of other types,
 * lists that are none, statuses that do not fit. Each run ends with a verdict and a word, and none takes the process along.
 */

// What lies made go is gone, and a town without a control plane has little left to be lied about.
const runsPerTown = 60;
const mostTries = 4;

interface Lie {
  readonly kind: string;
  readonly nth: number;
  /** Which of the run's requests is answered with it, from this one on for some. */
  readonly from: number;
  readonly for: number;
  readonly status: number;
  readonly body:
    | { readonly value: Parameters<typeof madeOf>[0] }
    | { readonly spoilings: readonly Spoiling[] }
    | { readonly html: true };
  readonly retryAfter: string;
  readonly act: 'drift' | 'edit' | 'delete';
}

const lie: fc.Arbitrary<Lie> = fc.record({
  kind: fc.constantFrom(...kinds.map(({ resource }) => resource.kind)),
  nth: fc.nat({ max: 3 }),
  from: fc.constantFrom(1, 1, 1, 2, 2, 3, 4),
  for: fc.constantFrom(1, 1, 2, 1000),
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503),
  ),
  body: fc.oneof(
    { weight: 3, arbitrary: fc.record({ spoilings: fc.array(spoiling, { minLength: 1, maxLength: 3 }) }) },
    fc.record({ value: anyValue }),
    fc.record({ html: fc.constant(true as const) }),
  ),
  retryAfter: fc.constantFrom('0', '-5', 'soon', '1e99', '30', 'Mon, 01 Jan 9999 00:00:00 GMT'),
  act: fc.constantFrom('drift', 'edit', 'delete'),
});

/** @returns how many lies were told; what a run does not ask for can not be lied about. */
export async function lies(runs: number, seed: number): Promise<number> {
  let count = 0;
  for (let done = 0; done < runs; done += runsPerTown) {
    await using town = await startTown();
    const property = fc.asyncProperty(lie, async (one) => {
      count += (await told(town, one)) ? 1 : 0;
    });
    await fc.assert(property, { numRuns: Math.min(runsPerTown, runs - done), seed: seed + done, endOnFailure: true });
  }
  return count;
}

/** @returns whether there was a question to answer with a lie. */
async function told(town: Town, one: Lie): Promise<boolean> {
  const { stage, look } = town;
  const { user } = stage.cluster;
  const all = town.residents.filter(({ kind }) => kind === one.kind);
  const example = all[one.nth % all.length];
  const before = example && user.find(resourceOf(example), keyOf(example));
  // What an earlier lie made go is not there to be lied about.
  if (example === undefined || before === undefined) return false;
  const truth = town.belongings();
  let lied = false;
  stage.konnect.setFault(({ path }, nth) => {
    if (nth < one.from || nth >= one.from + one.for) return undefined;
    lied = true;
    const fault = { status: one.status, retryAfter: one.retryAfter };
    return 'html' in one.body ? { ...fault, html: true } : { ...fault, body: bodyOf(one, truth, path) };
  });
  const asked = acted(town, before, one);
  const verdict = await look(asked, { cause: one.act === 'drift' ? 'drift' : 'change' });
  const after = user.find(resourceOf(example), keyOf(example));
  judge(town, verdict, after);
  stage.konnect.setFault(undefined);
  // Later than any pause that an answer may have asked for.
  stage.now = new Date(stage.now.getTime() + 13 * 60 * 60 * 1000);
  if (lied) await endsWithTruth(town, after);
  user.plant(resourceOf(example), before);
  return lied;
}

/** Once the truth is told, a few looks are enough for a verdict that lasts, at what it refers to among others. */
async function endsWithTruth({ stage, look }: Town, object: KubernetesObject | undefined): Promise<void> {
  let verdict: Verdict = { is: 'done' };
  stage.woken.splice(0);
  for (let tries = 0; tries < mostTries && object !== undefined; tries += 1) {
    const present = stage.cluster.user.find(resourceOf(object), keyOf(object));
    if (present === undefined) return;
    verdict = await look(present);
    if (verdict.is !== 'retry') return;
    for (const event of stage.woken.splice(0)) await reconcile(stage.environment, stage.cluster, event);
    stage.now = new Date(stage.now.getTime() + 60_000);
  }
  ok(verdict.is !== 'retry', `still tried again after the lies: ${JSON.stringify(verdict)}`);
}

function acted({ stage }: Town, object: KubernetesObject, { act }: Lie): KubernetesObject {
  const { user } = stage.cluster;
  const generation = (object.metadata.generation ?? 0) + 1;
  const deletionTimestamp = stage.now.toISOString();
  if (act === 'drift') return object;
  const metadata = { ...object.metadata, generation, ...(act === 'delete' ? { deletionTimestamp } : {}) };
  return user.plant(resourceOf(object), { ...object, metadata });
}

/** The entity that was asked for with something else in it, or a list of such. */
function bodyOf({ body }: Lie, truth: ReadonlyMap<string, string>, path: string): unknown {
  if ('value' in body) return madeOf(body.value);
  if (!('spoilings' in body)) return undefined;
  const id = path.split('/').at(-1) ?? '';
  const entity = truth.get(id);
  const right: unknown =
    entity === undefined
      ? {
          data: [...truth.values()].slice(0, 5).map((one): unknown => JSON.parse(one)),
          offset: null,
          meta: { page: { number: 1, size: 5, total: 5 } },
        }
      : JSON.parse(entity);
  return body.spoilings.reduce<unknown>(spoilt, right);
}

function judge({ stage }: Town, verdict: Verdict, object: KubernetesObject | undefined): void {
  const shown = `${JSON.stringify(verdict)} ${stage.logs.at(-1)?.slice(0, 1500)}`;
  ok(verdict.is !== 'malformed', shown);
  if (verdict.is === 'done' || verdict.is === 'wait') return;
  ok(verdict.message !== '' && !verdict.message.startsWith('unexpected'), shown);
  ok(verdict.message.length < 4096, 'the message is as long as what was answered');
  if (verdict.is !== 'terminal' || object === undefined) return;
  const conditions = isRecord(object.status) ? object.status['conditions'] : undefined;
  ok(
    Array.isArray(conditions) && conditions.some((one: unknown) => isRecord(one) && one['status'] === 'False'),
    `not told: ${shown}`,
  );
}
