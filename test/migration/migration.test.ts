import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalKonnect } from '../../infra/local/konnect/server.ts';
import { runCli } from '../../lib/cli/fixture.ts';
import { finalizer } from '../../lib/engine/names.ts';
import { holdsForGeneration, keyOf, type Resource, secretResource } from '../../lib/engine/objects.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { converged } from '../contract/scene.ts';
import { checkDrift } from '../drift.ts';
import type { World } from '../world.ts';
import { leaveBehind } from './left-behind.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';

/*
 * Every kind's example, in the state in which Kong Gateway Operator 1.5 leaves it, is taken over and given back by the
 * commands of docs/migration.md. Nothing is made a second time, nothing goes.
 */

const deployments: Resource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
const kongs = (names: readonly string[] = []) => names.filter((name) => name.includes('konghq.com'));

let server: ApiServerUnderTest;
let world: World;
let konnect: LocalKonnect;
let folder: string;
let before: Snapshot;

const snapshot = () => snapshotOf(world, konnect);
const migrate = (...args: string[]) => runCli(['migrate', ...args], { KUBECONFIG: join(folder, 'kubeconfig') });

beforeAll(async () => {
  server = await startApiServer();
  folder = await mkdtemp(join(tmpdir(), 'migration-'));
  await writeFile(join(folder, 'kubeconfig'), server.kubeconfig);
  world = await converged(server);
  const forgetToken = (namespace: string, name: string) =>
    world.environment.tokens.forget({ cluster: world.cluster.name, namespace, name });
  // Its clock goes on while it waits, so it is not copied.
  konnect = await leaveBehind(Object.assign(Object.create(world) as World, { forgetToken }));
  before = await snapshot();
}, 120_000);

afterAll(async () => {
  await konnect?.stop();
  await world?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('before', () => {
  it('a drift check leaves alone what the operator holds', async () => {
    for (const { kind, object } of await world.objects()) {
      if (kind.lane === 'auth') await world.reconcile(kind.resource.kind, object.metadata.name);
    }
    const versions = async () => (await world.objects()).map(({ object }) => object.metadata.resourceVersion);
    const earlier = await versions();

    const { report, events } = await checkDrift(world);

    expect({ events, findings: report.findings, problems: report.problems }).toEqual({
      events: [],
      findings: [],
      problems: [],
    });
    expect(report.checked).not.toEqual([]);
    expect(await versions()).toEqual(earlier);
  });

  it('nothing is taken off while the operator runs', async () => {
    await world.admin.create(deployments, operator(1));
    const { code, stdout } = await migrate('--apply');

    expect(code).toBe(1);
    expect(stdout).toContain(`kubectl -n ${world.namespace} scale deployment gateway-operator --replicas=0`);
    expect(stdout).toContain('Nothing was changed.');
    expect(await held(kongs)).not.toEqual([]);
  });

  it('a dry run tells what would be taken off, and changes nothing', async () => {
    await world.admin.patch(deployments, at('gateway-operator'), { spec: { replicas: 0 } });
    const earlier = await held(kongs);
    const { code, stdout } = await migrate();

    expect(code).toBe(1);
    for (const name of earlier) expect(stdout).toContain(name);
    expect(stdout).toContain('This was a dry run: say --apply.');
    expect(await held(kongs)).toEqual(earlier);
  });
});

describe('the way here', () => {
  it('takes every finalizer of the operator off, also those of Secrets', async () => {
    const { code, stdout } = await migrate('--apply');

    expect(stdout).toContain('let go.');
    expect(code).toBe(0);
    expect(await held(kongs)).toEqual([]);
    const secrets = await world.admin.list(secretResource, { namespace: world.namespace });
    expect(secrets.flatMap(({ metadata }) => kongs(metadata.finalizers))).toEqual([]);
  });

  it('leaves everything done, under the ids that it has, with no write but to what is there', async () => {
    konnect.resetRequests();

    expect(await world.settle()).toEqual([]);

    const after = await snapshot();
    expect(after.status).toEqual(before.status);
    expect(after.ids).toEqual(before.ids);
    expect(after.certificates).toEqual(expect.arrayContaining([...before.certificates]));
    const writes = konnect.requests.filter(({ write }) => write);
    const made = writes
      .filter(({ method }) => method !== 'PUT' && method !== 'PATCH')
      .map(({ operation }) => operation);
    // The extension's own certificate, under its title, beside the one of the operator.
    expect(made).toEqual(['CreateDataPlaneCertificate']);
    for (const { kind, object } of await world.objects()) {
      const what = `${object.kind} ${object.metadata.name}`;
      expect([what, holdsForGeneration(object, kind.mainCondition)]).toEqual([what, true]);
      expect([what, object.metadata.finalizers]).toEqual([what, [finalizer]]);
    }
  });

  it('changes nothing of an entity but its tags', async () => {
    expect((await snapshot()).content).toEqual(before.content);
  });

  it('comes to rest: neither an event nor a drift check writes again', async () => {
    konnect.resetRequests();

    expect(await world.settle()).toEqual([]);
    expect(await world.settle({ cause: 'drift' })).toEqual([]);

    expect(konnect.requests.filter(({ write }) => write)).toEqual([]);
  });

  it('has nothing left to do', async () => {
    expect(await migrate()).toMatchObject({ code: 0, stdout: 'No object carries a finalizer that is to go.\n' });
  });
});

describe('the way back', () => {
  it('takes our finalizers off; entities and ids stay', async () => {
    konnect.resetRequests();
    const { code } = await migrate('--back', '--apply');

    expect(code).toBe(0);
    expect(await held((names = []) => names.filter((name) => name === finalizer))).toEqual([]);
    const after = await snapshot();
    expect({ ids: after.ids, status: after.status }).toEqual({ ids: before.ids, status: before.status });
    expect(konnect.requests).toEqual([]);
  });
});

async function held(of: (names?: readonly string[]) => readonly string[]): Promise<readonly string[]> {
  const objects = await world.objects();
  return objects
    .filter(({ object }) => of(object.metadata.finalizers).length > 0)
    .map(({ object }) => keyOf(object).name);
}

function at(name: string) {
  return { namespace: world.namespace, name };
}

function operator(replicas: number) {
  const labels = { app: 'gateway-operator' };
  const containers = [{ name: 'manager', image: 'docker.io/kong/gateway-operator:1.5' }];
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  return { metadata: { ...at('gateway-operator') }, spec };
}
