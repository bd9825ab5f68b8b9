import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { settings } from '../../infra/aws/settings.ts';
import { functionDefinitions, toolName } from '../../infra/local/deployment.ts';
import { environmentOf } from '../../infra/local/lambda/definition.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import type { DriftAnswer, DriftReport } from '../../lib/drift/report.ts';
import type { DriftRequest } from '../../lib/drift/request.ts';
import { type Poll, poll } from '../journey/poll.ts';
import { createRest } from '../journey/rest.ts';
import { namespace } from './calls.ts';
import type { Figure } from './figure.ts';
import { gateway } from './gateway.ts';
import { carryOut } from './load.ts';
import { tellStory } from './story.ts';

/* Drift checks of control planes with many routes, by the built function in a process of its own, as Lambda has it. */

const small = 1_000;
const large = 10_000;
const changed = 100;
/** Kinds that live in a control plane have one list each; this much more is asked for, whatever the number of objects. */
const constantCalls = 30;
const latencyMs = 5;

/**
 * The heap that V8 gives itself on a machine with the function's memory: half of it for what lives long, a 128th of that for
 * what is new (V8's heap.cc). With the memory of this machine it would hardly ever collect.
 */
const heap = [`--max-old-space-size=${settings.memoryMb / 2}`, `--max-semi-space-size=${settings.memoryMb / 256}`];

interface Run {
  readonly report: DriftReport;
  readonly milliseconds: number;
  /** The most that the process had, bytes. */
  readonly memory: number;
}

/** What a drift check costs, and whether it finds what was changed and nothing else. */
export async function driftFigures(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using stack = await startStack({ konnect: { latencyMs }, logLevel: 'INFO' });
  const until: Poll = (what, probe) => poll(stack, what, probe);
  await until('the forwarder is ready', async () => (await fetch(`${stack.forwarder?.url}/readyz`)).ok);
  await tellStory(stack, '');
  progress(`a control plane with ${small} routes, and one with ${large}`);
  await carryOut(stack, gateway('few', 'konnect-api-auth', { services: 1, routes: small, consumers: 0 }));
  await carryOut(stack, gateway('many', 'konnect-api-auth', { services: 1, routes: large, consumers: 0 }));
  progress('drift checks');
  await checkDrift(stack, 'few', 'report');
  const few = await checkDrift(stack, 'few', 'report');
  stack.konnect.resetRequests();
  const many = await checkDrift(stack, 'many', 'report');
  const calls = stack.konnect.requests.map(({ method, path, write }) => ({ method, path, write }));
  const routes = calls.filter(({ path }) => path.endsWith('/core-entities/routes')).length;
  const names = change(stack);
  stack.konnect.resetRequests();
  const found = await checkDrift(stack, 'many', 'repair');
  const missed = names.filter((name) => !found.report.findings.some((finding) => finding.name === name));
  await until('the routes are repaired', () => writesOf(stack) >= changed);
  await (await createRest(stack, until))();
  return [
    { what: `drift check of ${large} routes: lists of routes`, value: routes, unit: 'calls', bar: 10 },
    {
      what: `drift check of ${large} routes: other calls`,
      value: calls.length - routes,
      unit: 'calls',
      bar: constantCalls,
    },
    {
      what: `drift check of ${large} routes: writes`,
      value: calls.filter(({ write }) => write).length,
      unit: 'calls',
      bar: 0,
    },
    {
      what: `drift check of ${large} routes: findings where nothing differs`,
      value: many.report.findings.length,
      unit: 'calls',
      bar: 0,
    },
    { what: `${changed} of ${large} routes changed: not found`, value: missed.length, unit: 'calls', bar: 0 },
    {
      what: `${changed} of ${large} routes changed: found beside them`,
      value: found.report.findings.length - changed + missed.length,
      unit: 'calls',
      bar: 0,
    },
    {
      what: `${changed} of ${large} routes changed: writes to repair them`,
      value: writesOf(stack),
      unit: 'calls',
      bar: changed,
    },
    { what: `drift check of ${large} routes: memory of the function`, value: many.memory, unit: 'bytes', bar: 256e6 },
    {
      what: `drift check: time of an object, ${large} ÷ ${small}`,
      value: perObject(many, large) / perObject(few, small),
      unit: 'ratio',
      bar: 1.2,
    },
  ];
}

function perObject({ milliseconds }: Run, objects: number): number {
  return milliseconds / objects;
}

/** Changes some routes behind the system's back; gives the names of their objects. */
function change({ konnect }: Stack): readonly string[] {
  const plane = konnect.controlPlanes().find(({ name }) => name === 'many');
  const routes = konnect.entities(plane?.id ?? '', 'routes').slice(0, changed);
  for (const { id } of routes) konnect.patchEntity(plane?.id ?? '', 'routes', id, { paths: ['/changed-by-hand'] });
  return routes.map(({ tags }) => String(tags).match(/k8s-name:([^,]+)/)?.[1] ?? '');
}

function writesOf({ konnect }: Stack): number {
  return konnect.requests.filter(({ write }) => write).length;
}

/** The function as the stack has it, for a process of its own. */
function deployed({ queues, konnect, aws, secrets }: Stack) {
  const bundles = join(import.meta.dirname, '../../dist');
  const { functionTimeoutSeconds: timeoutSeconds } = settings;
  const around = { queues, konnectURL: konnect.url, bundles, timeoutSeconds, logLevel: 'INFO' } as const;
  const definition = functionDefinitions(around).find(({ name }) => name === toolName('drift-check'));
  if (definition === undefined) throw new Error('drift-check is not built');
  const endpoints = { SQS: queues.endpoint, SECRETS_MANAGER: secrets.url };
  const names = { logGroupName: '', logStreamName: '', taskRoot: dirname(definition.bundle) };
  return {
    bundle: definition.bundle,
    env: environmentOf(definition, { ...aws, accountId: '000000000000', endpoints }, names),
  };
}

async function checkDrift(stack: Stack, plane: string, mode: DriftRequest['mode']): Promise<Run> {
  const request: DriftRequest = { mode, wait: true, controlPlane: `${namespace}/${plane}` };
  const program = join(import.meta.dirname, 'one-invocation.js');
  const { bundle, env } = deployed(stack);
  const child = spawn(process.execPath, [...heap, program, bundle, JSON.stringify(request)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const { answer, milliseconds, memory } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
    answer: DriftAnswer;
    milliseconds: number;
    memory: number;
  };
  if (answer.report === undefined || answer.report.problems.length > 0)
    throw new Error(`the drift check failed: ${JSON.stringify(answer.report?.problems)}`);
  return { report: answer.report, milliseconds, memory };
}
