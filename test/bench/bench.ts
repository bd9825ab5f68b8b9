import { parseArgs } from 'node:util';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { sendAgain } from '../journey/events.ts';
import { type Poll, poll } from '../journey/poll.ts';
import { createRest, type Rest } from '../journey/rest.ts';
import { bundleFigures } from './bundles.ts';
import { callsOf, countBySystem, forgetCalls, isOurs, namespace } from './calls.ts';
import { assertTaken, criticalPath, sumOf } from './critical-path.ts';
import { driftFigures } from './drift.ts';
import { entityCostFigures } from './entity-costs.ts';
import { type Figure, failures, median, tableOf } from './figure.ts';
import { fleetFigures } from './fleet.ts';
import { forwarderMemory } from './forwarder-memory.ts';
import { measureRoundTrips, type RoundTrips } from './round-trips.ts';
import { scaleFigures } from './scale.ts';
import { documents, type Telling, tellStory } from './story.ts';

/*
 * Measures the built system on this machine; run `npm run bench`. Exit 1 where a count is over its bar; with --strict a
 * ratio as well, which needs a machine that does nothing else. With --path it prints the calls that must follow each other.
 */

const latencyMs = 50;
const warmStories = 7;
/** The story's auth configuration. */
const auth = 'konnect-api-auth';

const { values } = parseArgs({
  options: { strict: { type: 'boolean', default: false }, path: { type: 'boolean', default: false } },
});
const progress = (text: string): void => console.error(text);

const figures = await measure();
console.log(tableOf(figures));
const failed = failures(figures, values);
if (failed.length > 0) {
  console.error(`\nOver the bar: ${failed.map(({ what }) => what).join('; ')}`);
  process.exitCode = 1;
}

async function measure(): Promise<readonly Figure[]> {
  await using stack = await startStack({
    konnect: { latencyMs },
    logLevel: 'INFO', // as it is deployed
    onProgress: (what) => progress(`starting ${what}`),
  });
  const until: Poll = (what, probe) => poll(stack, what, probe);
  await until('the forwarder is ready', async () => (await fetch(`${stack.forwarder?.url}/readyz`)).ok);
  progress('the story, first with cold functions');
  const cold = await tellStory(stack, '');
  // Its marks would have warmed the functions.
  const rest = await createRest(stack, until);
  const story = await storyFigures(stack, rest, cold);
  progress('one entity of each kind');
  const entities = await entityCostFigures(stack, { auth, rest });
  progress(`${warmStories} stories with warm functions`);
  const warm = await warmFigures(stack, rest);
  progress('many control planes at once');
  const fleet = await fleetFigures(stack, latencyMs);
  progress('gateways of thousands of objects');
  const scale = await scaleFigures(stack, { latencyMs, auth, rest });
  progress('drift checks');
  const drift = await driftFigures(progress);
  progress('bundles');
  const bundles = await bundleFigures(stack);
  progress('memory of the forwarder');
  return [...story, ...entities, ...warm, ...fleet, ...scale, ...drift, ...bundles, ...(await forwarderMemory())];
}

async function storyFigures(stack: Stack, rest: Rest, cold: Telling): Promise<readonly Figure[]> {
  assertTaken(criticalPath, cold.calls);
  await rest();
  const counts = countBySystem(callsOf(stack).filter(isOurs));
  forgetCalls(stack);
  const events = await sendAgain(stack, namespace);
  await rest();
  const again = countBySystem(callsOf(stack).filter(isOurs));
  const objects = documents.filter(({ kind }) => kinds.some(({ resource }) => resource.kind === kind)).length;
  return [
    { what: 'story: Konnect calls', value: counts.konnect, unit: 'calls', bar: 6 },
    {
      what: `story: Konnect calls when its ${events} events are sent again`,
      value: again.konnect,
      unit: 'calls',
      bar: 0,
    },
    {
      what: `story: Kubernetes calls of each of its ${objects} objects`,
      value: counts.kubernetes / objects,
      unit: 'calls',
    },
    { what: 'story: Secrets Manager calls, cold', value: counts.secrets, unit: 'calls' },
    { what: 'story, cold: from apply to the last status', value: cold.milliseconds, unit: 'ms' },
  ];
}

async function warmFigures(stack: Stack, rest: Rest): Promise<readonly Figure[]> {
  const times: number[] = [];
  const sums: number[] = [];
  const trips: RoundTrips[] = [];
  for (let count = 1; count <= warmStories; count += 1) {
    const { calls, milliseconds } = await tellStory(stack, `-${count}`);
    assertTaken(criticalPath, calls);
    await rest();
    // Beside each story, so that a busy moment of the machine meets both alike.
    const measured = await measureRoundTrips(stack, ...(await example(stack)));
    trips.push(measured);
    times.push(milliseconds);
    sums.push(sumOf(criticalPath, measured));
  }
  if (values.path) printPath();
  return [
    { what: 'story, warm: from apply to the last status', value: median(times), unit: 'ms' },
    { what: `story, warm: sum of its ${criticalPath.length} round trips in a row`, value: median(sums), unit: 'ms' },
    {
      what: 'story, warm: time ÷ sum of round trips',
      value: median(times.map((time, index) => time / (sums[index] ?? Number.NaN))),
      unit: 'ratio',
      bar: 2,
    },
    ...tripFigures(trips),
  ];
}

function tripFigures(trips: readonly RoundTrips[]): readonly Figure[] {
  const [first] = trips;
  const systems = Object.keys(first ?? {}) as readonly (keyof RoundTrips)[];
  return systems.map((system) => ({
    what: `round trip: ${system}`,
    value: median(trips.map((trip) => trip[system])),
    unit: 'ms',
  }));
}

async function example({ admin }: Stack) {
  const kind = kinds.find(({ lane }) => lane === 'control-plane');
  const [object] = kind === undefined ? [] : await admin.list(kind.resource, { namespace });
  if (kind === undefined || object === undefined) throw new Error('the story left no control plane behind');
  return [kind.resource, object] as const;
}

function printPath(): void {
  for (const { system, text, why } of criticalPath) console.log(`${system.padEnd(16)}  ${text.padEnd(58)}  ${why}`);
  console.log();
}
