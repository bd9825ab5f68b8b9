import { applyAndWait } from '../../infra/local/demo/story.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { isRecord } from '../../lib/engine/objects.ts';
import type { Lane } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { callsOf, countBySystem, forgetCalls, isOurs, namespace } from './calls.ts';
import type { Figure } from './figure.ts';
import { carryOut, kindNamed, type Wanted } from './load.ts';
import { inFlight } from './scale.ts';
import { documents } from './story.ts';

const size = 200;
// Made before, so that functions which start are not measured here: that is another figure.
const warmUp = 24;

/** Many control planes at once, after the story: does the work grow with them, and does it run side by side? */
export async function fleetFigures(stack: Stack, latencyMs: number): Promise<readonly Figure[]> {
  await createAccounts(stack);
  const planes = Array.from({ length: warmUp + size }, controlPlane);
  await carryOut(stack, planes.slice(0, warmUp));
  forgetCalls(stack);
  const elapsed = await carryOut(stack, planes.slice(warmUp));
  const { konnect, kubernetes } = countBySystem(callsOf(stack).filter(isOurs));
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

function controlPlane(_: unknown, number: number): Wanted {
  const { kind, spec } = inStory('control-plane');
  const name = `fleet-${String(number).padStart(3, '0')}`;
  const konnect = { authRef: { name: accountOf(regions[number % regions.length] ?? '') } };
  return {
    kind: kindNamed(String(kind)),
    object: { metadata: { name, namespace }, spec: { ...(isRecord(spec) ? spec : {}), name, konnect } },
  };
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
