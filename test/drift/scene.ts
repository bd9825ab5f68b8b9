import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { DriftReport } from '../../lib/drift/report.ts';
import type { KubernetesObject } from '../../lib/engine/objects.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { coreEntityOf } from '../contract/remote.ts';
import { everyKind, homeOf } from '../contract/scene.ts';
import type { Drift } from '../drift.ts';
import { startWorld, type World } from '../world.ts';

/* What the suites of the drift check share: objects to begin with, and ways to change them behind our back. */

/** Enough of the examples for most tests, and for all. */
export const simple = await homesOf('KongService', 'KongUpstream');
export const whole = await homesOf(
  'KongService',
  'KongUpstream',
  'KongCredentialHMAC',
  'KongConsumer',
  'KonnectExtension',
  'KonnectGatewayControlPlane',
);

async function homesOf(...names: readonly string[]): Promise<string> {
  const homes = everyKind.filter(({ name }) => names.includes(name));
  const documents = await Promise.all(homes.map(({ kind }) => homeOf(kind)));
  return [...new Set(documents.flatMap((text) => text.split('\n---\n')))].join('\n---\n');
}

/** Gives each test of a file a world of its own in which the objects of `yaml` are as they should be; all are on one API server. */
export function worldForEach(yaml: string, give: (world: World, server: ApiServerUnderTest) => void): void {
  let server: ApiServerUnderTest;
  let world: World;
  beforeAll(async () => {
    server = await startApiServer();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    world = await startWorld(server.kubeconfig);
    give(world, server);
    await world.apply(yaml);
    await world.settle();
  });
  afterEach(() => world?.[Symbol.asyncDispose]());
}

const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

export const resourceOf = (name: string) => everyKind.find((one) => one.name === name)?.kind.resource ?? namespaces;

/** The object, which has to be there. */
export async function object(world: World, kind: string, name: string): Promise<KubernetesObject> {
  const found = await world.get(kind, name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

/** The name of the kind's first object. */
export async function first(world: World, kind: string): Promise<string> {
  const [one] = (await world.objects()).filter((known) => known.object.kind === kind);
  return one?.object.metadata.name ?? '';
}

export async function annotate(
  world: World,
  kind: string,
  name: string,
  annotations: Readonly<Record<string, string>>,
): Promise<void> {
  const resource = resourceOf(kind);
  const key = resource === namespaces ? { name } : { namespace: world.namespace, name };
  await world.admin.patch(resource, key, { metadata: { annotations } });
}

/** Changes the entity of an object in Konnect. */
export async function change(
  world: World,
  kind: string,
  name: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { plane, collection, id } = coreEntityOf(world, await object(world, kind, name));
  world.konnect.patchEntity(plane, collection, id, fields);
}

/** What was found: class, kind and name. */
export const found = ({ report }: Drift) =>
  report.findings.map((one) => `${one.class} ${one.kind} ${one.name}`).toSorted();

/** Of a report that found nothing. */
export const clean = { findings: [], problems: [] } satisfies Partial<DriftReport>;
