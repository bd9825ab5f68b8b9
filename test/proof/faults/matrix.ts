import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import { isRecord } from '../../../lib/engine/objects.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { differences } from '../../differences.ts';
import { type Ground, type Outcome, openGround } from './ground.ts';
import type { Letter } from './mail.ts';
import type { Step } from './steps/step.ts';
import { type Fault, faults } from './wire.ts';

/** One fault at one call of one operation on a kind's objects. */
export interface Point {
  readonly kind: string;
  readonly operation: string;
  readonly call: string;
  readonly fault: Fault;
}

/** How a point is named, so that it can be tried alone. */
export function nameOf({ kind, operation, call, fault }: Point): string {
  return `${kind}/${operation}/${call}/${fault}`;
}

/** So many say enough. */
const mostFailures = 20;

/** What happened to the points of a kind. */
export interface Tried {
  /** All points that there are, and of which operations. */
  readonly points: number;
  readonly operations: ReadonlySet<string>;
  readonly tried: number;
  /** Of those, how many only a drift check brought right: each lost a wake-up, which by design nothing else makes good. */
  readonly netted: number;
  /** What each point that was not survived ended in. */
  readonly failures: readonly string[];
}

/** Tries the points of a kind that are chosen, several in one life of its objects: one at each operation. */
export async function tryKind(
  kubernetes: LocalKubernetes,
  kind: Kind,
  user: string,
  isChosen: (point: Point) => boolean,
): Promise<Tried> {
  const ground = await openGround(kubernetes, kind, user);
  await using held = { ground, [Symbol.asyncDispose]: () => held.ground[Symbol.asyncDispose]() };
  const failures: string[] = [];
  const operations = new Set<string>();
  let points = 0;
  let tried = 0;
  let netted = 0;
  for (const index of ground.lives.keys()) {
    const clean = await cleanLife(held.ground, index);
    const all = clean.flatMap(({ operation, calls }) =>
      calls.flatMap((call) => faults.map((fault) => ({ kind: kind.resource.kind, operation, call, fault }))),
    );
    points += all.length;
    for (const { operation } of all) operations.add(operation);
    const left = Map.groupBy(all.filter(isChosen), ({ operation }) => operation);
    while ([...left.values()].some((those) => those.length > 0)) {
      const problem = await faultyLife(held.ground, index, clean, left, (outcome) => {
        tried += 1;
        netted += outcome.netted ? 1 : 0;
      });
      if (problem === undefined) continue;
      failures.push(problem);
      if (failures.length >= mostFailures) return { points, operations, tried, netted, failures };
      // What went wrong may go on: the next point is not to suffer from it.
      await held.ground[Symbol.asyncDispose]();
      held.ground = await openGround(kubernetes, kind, user);
    }
  }
  return { points, operations, tried, netted, failures };
}

/** A step as it goes when nothing goes wrong. */
interface Clean extends Outcome {
  readonly operation: string;
  readonly givesUp: boolean;
  readonly detour: string | undefined;
}

/** The steps of a life without faults; two such lives must be alike, else nothing that follows could be compared. */
async function cleanLife(ground: Ground, index: number): Promise<readonly Clean[]> {
  const lives = [await live(ground, index), await live(ground, index)] as const;
  const [one, other] = lives;
  const found = one.flatMap((step, at) => [
    ...differences(step.calls, other[at]?.calls, `${step.operation} calls`),
    ...differences(step.state, other[at]?.state, `${step.operation} state`),
    ...(step.givesUp === step.deadLetters.length > 0 ? [] : step.deadLetters.map(became)),
    ...step.refusals,
  ]);
  found.push(...strayed(one));
  if (found.length > 0) throw new Error(`without any fault: ${found.slice(0, 20).join('\n')}`);
  return one;
}

/** A life goes on alike without a detour only where that leads back to where it began; after the last one all ends anyway. */
function strayed(steps: readonly Clean[]): readonly string[] {
  return steps.slice(0, -2).flatMap(({ detour, state }, at) => {
    if (detour === undefined || steps[at + 1]?.detour === detour) return [];
    const before = steps[steps.findIndex((step) => step.detour === detour) - 1]?.state;
    return differences(outside(state), outside(before), `${detour} does not lead back`);
  });
}

/** What objects note for themselves may differ. */
function outside(state: unknown): unknown {
  return isRecord(state) ? [state['konnect'], state['stored']] : state;
}

async function live(ground: Ground, index: number): Promise<readonly Clean[]> {
  await ground.beginLife();
  const outcomes: Clean[] = [];
  for (const step of ground.lives[index] ?? []) {
    const outcome = await ground.take(step);
    const { operation, givesUp = false, tried, detour } = step;
    const calls = outcome.calls.filter((call) => tried !== false && (tried?.(call) ?? true));
    outcomes.push({ ...outcome, operation, givesUp, calls, detour });
  }
  return outcomes;
}

/** One life with the next fault at each operation. @returns what was not survived, and the life ends with it. */
async function faultyLife(
  ground: Ground,
  index: number,
  clean: readonly Clean[],
  left: ReadonlyMap<string, Point[]>,
  onTried: (outcome: Outcome) => void,
): Promise<string | undefined> {
  await ground.beginLife();
  const steps = ground.lives[index] ?? [];
  // Chosen at the beginning: a step that undoes another one goes with it.
  const dispensable = new Set(steps.flatMap(({ detour }) => detour ?? []).filter((one) => !isLeft(left, one, steps)));
  for (const [at, step] of steps.entries()) {
    if (step.detour !== undefined && dispensable.has(step.detour)) continue;
    const point = left.get(step.operation)?.shift();
    const name = point === undefined ? `${step.operation} without a fault, after others` : nameOf(point);
    try {
      const outcome = await ground.take(step, point);
      const problems = problemsOf(outcome, clean[at]);
      if (point !== undefined && !outcome.struck) problems.unshift('the call was not made');
      if (point !== undefined) onTried(outcome);
      if (problems.length > 0) return `${name}:\n  ${problems.slice(0, 12).join('\n  ')}`;
    } catch (error) {
      return `${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

function isLeft(left: ReadonlyMap<string, Point[]>, detour: string, steps: readonly Step[]): boolean {
  return steps.some((step) => step.detour === detour && (left.get(step.operation)?.length ?? 0) > 0);
}

function problemsOf({ deadLetters, refusals, state }: Outcome, clean: Clean | undefined): string[] {
  // What was written down twice is looked at twice, which does no harm; what was not written down is lost.
  const about = new Set(deadLetters.map((letter) => letter.about));
  const expected = new Set(clean?.deadLetters.map((letter) => letter.about));
  return [
    ...[...expected].filter((one) => !about.has(one)).map((one) => `no dead letter of ${one}`),
    ...deadLetters.filter((letter) => !expected.has(letter.about)).map(became),
    ...refusals.map((refusal) => `was refused: ${refusal}`),
    ...differences(state, clean?.state).map((found) => found.replace(': ours ', ': with the fault ')),
  ];
}

function became({ about, reason }: Letter): string {
  return `became a dead letter: ${about}: ${reason}`;
}
