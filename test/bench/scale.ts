import { availableParallelism } from 'node:os';
import { settings } from '../../infra/aws/settings.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { callsInFlight } from '../../lib/konnect/client.ts';
import type { Rest } from '../journey/rest.ts';
import { type Call, callsOf, countBySystem, forgetCalls, isOurs } from './calls.ts';
import type { Figure } from './figure.ts';
import { type GatewaySize, gateway, gatewayOf } from './gateway.ts';
import { carryOut } from './load.ts';
import { type ProcessorTime, processorTime } from './processor.ts';

/** What the deployed settings let one function have under way at once, in one organisation: no run can have more. */
export const inFlight = settings.maximumConcurrency * callsInFlight;

const usual: GatewaySize = { services: 100, routes: 1_000, consumers: 1_000 };
const small = gatewayOf(500);
const large = gatewayOf(5_000);

interface Run {
  readonly objects: number;
  readonly milliseconds: number;
  /** Of functions and forwarder. */
  readonly calls: readonly Call[];
  readonly messages: number;
  /** Processors that each part used on average. */
  readonly processors: ProcessorTime | undefined;
}

/**
 * Whole gateways, each in a control plane of its own: how near to what the latency of Konnect alone would take, and
 * whether the time grows faster than the number of objects. The first one warms the functions, as the first event of a
 * day does.
 */
export async function scaleFigures(
  stack: Stack,
  options: { readonly latencyMs: number; readonly auth: string; readonly rest: Rest },
): Promise<readonly Figure[]> {
  const run = async (name: string, size: GatewaySize): Promise<Run> => {
    await options.rest();
    return measure(stack, gateway(name, options.auth, size));
  };
  const cold = await run('first', small);
  const whole = await run('usual', usual);
  const few = await run('small', small);
  const many = await run('large', large);
  const perObject = ({ milliseconds, objects }: Run) => milliseconds / objects;
  return [
    ...wholeFigures(whole, options.latencyMs),
    { what: `time of an object, ${cold.objects} at once, functions cold`, value: perObject(cold), unit: 'ms' },
    { what: `time of an object, ${few.objects} at once`, value: perObject(few), unit: 'ms' },
    { what: `time of an object, ${many.objects} at once`, value: perObject(many), unit: 'ms' },
    {
      what: `time of an object: ${many.objects} at once ÷ ${few.objects} at once`,
      value: perObject(many) / perObject(few),
      unit: 'ratio',
      bar: 1.2,
    },
    ...processorFigures(`${many.objects} objects`, many),
  ];
}

function wholeFigures(run: Run, latencyMs: number): readonly Figure[] {
  const { objects, milliseconds, calls, messages } = run;
  const { services, routes, consumers } = usual;
  const { konnect, kubernetes, secrets } = countBySystem(calls);
  const what = `gateway of ${objects} objects`;
  return [
    {
      what: `${what} (${services} services, ${routes} routes, ${consumers} consumers with a key): Konnect calls`,
      value: konnect,
      unit: 'calls',
      // One each, and two of the control plane, which is looked for before it is made.
      bar: objects + 1,
    },
    { what: `${what}: most Konnect calls at once`, value: mostAtOnce(calls, latencyMs), unit: 'calls', bar: inFlight },
    { what: `${what}: Kubernetes calls of each`, value: kubernetes / objects, unit: 'calls' },
    { what: `${what}: messages of each`, value: messages / objects, unit: 'calls' },
    { what: `${what}: Secrets Manager calls`, value: secrets, unit: 'calls' },
    { what: `${what}: until the last is done`, value: milliseconds, unit: 'ms' },
    {
      what: `${what}: ÷ (calls × latency ÷ ${inFlight} in flight)`,
      value: milliseconds / ((konnect * latencyMs) / inFlight),
      unit: 'ratio',
      bar: 1.5,
    },
    ...processorFigures(what, run),
  ];
}

/** Where all of them together are near to what the machine has, it is the machine that bounds the run. */
function processorFigures(what: string, { processors }: Run): readonly Figure[] {
  return Object.entries(processors ?? {}).map(([part, value]) => ({
    what: `${what}: processors (of ${availableParallelism()}) that ${part} used`,
    value,
    unit: 'ratio',
  }));
}

async function measure(stack: Stack, wanted: ReturnType<typeof gateway>): Promise<Run> {
  forgetCalls(stack);
  const sentBefore = stack.queues.sent.length;
  const before = processorTime(stack);
  const start = performance.now();
  const milliseconds = await carryOut(stack, wanted);
  const after = processorTime(stack);
  const seconds = (performance.now() - start) / 1000;
  return {
    objects: wanted.length,
    milliseconds,
    calls: callsOf(stack).filter(isOurs),
    messages: stack.queues.sent.length - sentBefore,
    processors: before && after && perSecond(before, after, seconds),
  };
}

function perSecond(before: ProcessorTime, after: ProcessorTime, seconds: number): ProcessorTime {
  const share = (part: keyof ProcessorTime) => (after[part] - before[part]) / seconds;
  return {
    functions: share('functions'),
    forwarder: share('forwarder'),
    'stand-ins and bench': share('stand-ins and bench'),
    'other programs': share('other programs'),
  };
}

/** A call is under way for the latency at least: what came within one latency was under way together. */
function mostAtOnce(calls: readonly Call[], latencyMs: number): number {
  const at = calls.filter(({ system }) => system === 'Konnect').map((call) => call.at);
  let first = 0;
  let most = 0;
  for (const [index, time] of at.entries()) {
    while ((at[first] ?? time) <= time - latencyMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
