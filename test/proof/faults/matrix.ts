import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { differences } from '../../differences.ts';
import { type Ground, type Outcome, openGround } from './ground.ts';
import type { Step } from './steps.ts';
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
  /** All points that there are. */
  readonly points: number;
  readonly tried: number;
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
  let points = 0;
  let tried = 0;
  for (const index of ground.lives.keys()) {
    const clean = await cleanLife(held.ground, index);
    const all = clean.flatMap(({ operation, calls }) =>
      calls.flatMap((call) => faults.map((fault) => ({ kind: kind.resource.kind, operation, call, fault }))),
    );
    points += all.length;
    const left = Map.groupBy(all.filter(isChosen), ({ operation }) => operation);
    while ([...left.values()].some((those) => those.length > 0)) {
      const problem = await faultyLife(held.ground, index, clean, left, () => {
        tried += 1;
      });
      if (problem === undefined) continue;
      failures.push(problem);
      if (failures.length >= mostFailures) return { points, tried, failures };
      // What went wrong may go on: the next point is not to suffer from it.
      await held.ground[Symbol.asyncDispose]();
      held.ground = await openGround(kubernetes, kind, user);
    }
  }
  return { points, tried, failures };
}

/** A step as it goes when nothing goes wrong. */
interface Clean extends Outcome {
  readonly operation: string;
}

/** The steps of a life without faults; two such lives must be alike, else nothing that follows could be compared. */
async function cleanLife(ground: Ground, index: number): Promise<readonly Clean[]> {
  const lives = [await live(ground, index), await live(ground, index)] as const;
  const [one, other] = lives;
  const found = one.flatMap((step, at) => [
    ...differences(step.calls, other[at]?.calls, `${step.operation} calls`),
    ...differences(step.state, other[at]?.state, `${step.operation} state`),
    ...step.deadLetters,
    ...step.refusals,
  ]);
  if (found.length > 0) throw new Error(`without any fault: ${found.slice(0, 20).join('\n')}`);
  return one;
}

async function live(ground: Ground, index: number): Promise<readonly Clean[]> {
  await ground.beginLife();
  const outcomes: Clean[] = [];
  for (const step of ground.lives[index] ?? []) {
    const outcome = await ground.take(step);
    outcomes.push({ ...outcome, operation: step.operation, calls: step.tried === false ? [] : outcome.calls });
  }
  return outcomes;
}

/** One life with the next fault at each operation. @returns what was not survived, and the life ends with it. */
async function faultyLife(
  ground: Ground,
  index: number,
  clean: readonly Clean[],
  left: ReadonlyMap<string, Point[]>,
  onTried: () => void,
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
      const problems = problemsOf(outcome, clean[at]?.state);
      if (point !== undefined && !outcome.struck) problems.unshift('the call was not made');
      if (point !== undefined) onTried();
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

function problemsOf({ deadLetters, refusals, state }: Outcome, expected: unknown): string[] {
  return [
    ...deadLetters.map((reason) => `became a dead letter: ${reason}`),
    ...refusals.map((refusal) => `was refused: ${refusal}`),
    ...differences(state, expected).map((found) => found.replace(': ours ', ': with the fault ')),
  ];
}
