import { setTimeout as delay } from 'node:timers/promises';
import { settings } from '../../infra/aws/settings.ts';
import { applyAndWait } from '../../infra/local/demo/story.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { holdsForGeneration, isRecord } from '../../lib/engine/objects.ts';
import type { NewObject } from '../../lib/engine/ports.ts';
import type { Lane } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { callsOf, countBySystem, forgetCalls, namespace } from './calls.ts';
import type { Figure } from './figure.ts';
import { documents } from './story.ts';

const size = 200;
const limitMs = 120_000;
const between = 50;
// Of one organisation, in one container; its default in lib/konnect/client.ts.
const callsOfContainer = 4;

/** Many control planes at once, after the story: does the work grow with them, and does it run side by side? */
export async function fleetFigures(stack: Stack, latencyMs: number): Promise<readonly Figure[]> {
  await createAccounts(stack);
  forgetCalls(stack);
  const start = performance.now();
  await createFleet(stack);
  await untilDone(stack);
  const elapsed = performance.now() - start;
  const { konnect, kubernetes } = countBySystem(callsOf(stack).filter(({ text }) => !text.startsWith('person: ')));
  const inFlight = settings.maximumConcurrency * callsOfContainer;
  const what = `${size} control planes at once`;
  return [
    { what: `${what}: Konnect calls of each`, value: konnect / size, unit: 'calls', bar: 2 },
    { what: `${what}: Kubernetes calls of each`, value: kubernetes / size, unit: 'calls' },
    { what: `${what}: until the last is done`, value: elapsed, unit: 'ms' },
    {
      what: `${what}: ÷ (calls × latency ÷ ${inFlight} in flight)`,
      value: elapsed / ((konnect * latencyMs) / inFlight),
      unit: 'ratio',
    },
  ];
}

const kind = kinds.find(({ lane }) => lane === 'control-plane');
const template = inStory('control-plane');
// Konnect takes a hundred in each of its regions, and counts calls by organisation, which these share.
const regions = ['us', 'eu', 'au'];

async function createAccounts(stack: Stack): Promise<void> {
  const { apiVersion, kind, spec } = inStory('auth');
  const accounts = regions.map((region) => ({
    apiVersion,
    kind,
    metadata: { name: accountOf(region), namespace },
    spec: { ...(isRecord(spec) ? spec : {}), serverURL: `${region}.api.konghq.com` },
  }));
  await applyAndWait(stack, accounts.map((account) => JSON.stringify(account)).join('\n---\n'), () => undefined);
}

async function createFleet({ admin }: Stack): Promise<void> {
  if (kind === undefined) throw new Error('no kind has the lane control-plane');
  const { resource } = kind;
  const numbers = Array.from({ length: size }, (_, number) => number).values();
  // A person's kubectl applies one after the other; eight make sure that the cluster is not what is waited for.
  const work = async () => {
    for (const number of numbers) {
      const name = `fleet-${String(number).padStart(3, '0')}`;
      const konnect = { authRef: { name: accountOf(regions[number % regions.length] ?? '') } };
      const spec = { ...(isRecord(template['spec']) ? template['spec'] : {}), name, konnect };
      await admin.create(resource, { metadata: { name, namespace }, spec } satisfies NewObject);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

function accountOf(region: string): string {
  return `fleet-${region}`;
}

function inStory(lane: Lane): Readonly<Record<string, unknown>> {
  const name = kinds.find((one) => one.lane === lane)?.resource.kind;
  const found = documents.find((document) => document['kind'] === name);
  if (found === undefined) throw new Error(`infra/local/story.yaml has no object of the lane ${lane}`);
  return found;
}

async function untilDone({ admin }: Stack): Promise<void> {
  if (kind === undefined) return;
  const deadline = Date.now() + limitMs;
  for (;;) {
    const objects = (await admin.list(kind.resource, { namespace })).filter(({ metadata }) =>
      metadata.name.startsWith('fleet-'),
    );
    const done = objects.filter((object) => holdsForGeneration(object, kind.mainCondition)).length;
    if (done === size) return;
    if (Date.now() > deadline) throw new Error(`${done} of ${size} control planes are done after ${limitMs / 1000} s`);
    await delay(between);
  }
}
