import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { check } from '../lib/drift/check.ts';
import { startRun } from '../lib/drift/plan.ts';
import type { DriftReport, Finding } from '../lib/drift/report.ts';
import { type DriftTask, parseTask } from '../lib/drift/task.ts';
import { ClusterError } from '../lib/engine/errors.ts';
import { findCondition, keyOf } from '../lib/engine/objects.ts';
import { placeOf } from '../lib/engine/place.ts';
import type { Cluster } from '../lib/engine/ports.ts';
import { type ApiServerUnderTest, startApiServer } from './api-server.ts';
import { coreEntityOf, everyKind, homeOf } from './contract/scene.ts';
import { checkDrift, type Drift, driftPorts, repair } from './drift.ts';
import { startWorld, type World } from './world.ts';

/* What a drift check makes of a Konnect, a cluster and an organisation that are not as they were. */

/** Enough of the examples for most tests here, and for all. */
const simple = await homesOf('KongService', 'KongUpstream');
const whole = await homesOf(
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

const inKonnect = 'in Konnect';
const lostPlanes = 'control planes that lost their objects';

let server: ApiServerUnderTest;
let world: World;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async ({ task }) => {
  world = await startWorld(server.kubeconfig);
  await world.apply(task.suite?.name === inKonnect || task.suite?.name === lostPlanes ? whole : simple);
  await world.settle();
});
afterEach(() => world?.[Symbol.asyncDispose]());

const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

const resourceOf = (name: string) => everyKind.find((one) => one.name === name)?.kind.resource ?? namespaces;

async function object(kind: string, name: string) {
  const found = await world.get(kind, name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

async function annotate(kind: string, name: string, annotations: Readonly<Record<string, string>>): Promise<void> {
  const resource = resourceOf(kind);
  const key = resource === namespaces ? { name } : { namespace: world.namespace, name };
  await world.admin.patch(resource, key, { metadata: { annotations } });
}

/** Changes the entity of an object in Konnect. */
async function change(kind: string, name: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const { plane, collection, id } = coreEntityOf(world, await object(kind, name));
  world.konnect.patchEntity(plane, collection, id, fields);
}

const found = ({ report }: Drift) => report.findings.map((one) => `${one.class} ${one.kind} ${one.name}`).toSorted();
const clean = { findings: [], problems: [] };

async function first(kind: string): Promise<string> {
  const [one] = (await world.objects()).filter((known) => known.object.kind === kind);
  return one?.object.metadata.name ?? '';
}

describe(inKonnect, () => {
  it('a field is told with both values', async () => {
    const name = await first('KongService');
    await change('KongService', name, { host: 'elsewhere.example' });
    const { report } = await checkDrift(world);
    expect(report.findings).toMatchObject([
      {
        class: 'different',
        kind: 'KongService',
        name,
        policy: 'repair',
        sent: true,
        fields: [{ path: 'host', theirs: 'elsewhere.example' }],
      },
    ]);
    expect(report.counts).toMatchObject({ different: 1 });
  });

  it('a secret is told by its name alone', async () => {
    const name = await first('KongCredentialHMAC');
    await change('KongCredentialHMAC', name, { secret: 'somebody-elses-secret' });
    const drift = await checkDrift(world);
    expect(drift.report.findings).toMatchObject([
      { class: 'different', name, fields: [{ path: 'secret', ours: '[redacted]', theirs: '[redacted]' }] },
    ]);
    expect(JSON.stringify([drift, await object('KongCredentialHMAC', name), world.logs])).not.toContain(
      'somebody-elses',
    );
  });

  it('a control plane that is gone is one finding, and everything in it comes back', async () => {
    const plane = await object('KonnectGatewayControlPlane', 'gateway-control-plane');
    world.konnect.removeControlPlane(placeOf(plane)?.id ?? '');

    const drift = await checkDrift(world, { controlPlane: `${world.namespace}/gateway-control-plane` });

    expect(drift.report).toMatchObject({ problems: [] });
    expect(found(drift)).toEqual(['missing KonnectGatewayControlPlane gateway-control-plane']);
    await repair(world, drift);
    expect(await world.settle()).toEqual([]);
    expect((await checkDrift(world)).report).toMatchObject(clean);
  });

  it('the certificate of an extension that is gone is found and comes back', async () => {
    const extension = await object('KonnectExtension', await first('KonnectExtension'));
    const plane = placeOf(await object('KonnectGatewayControlPlane', 'gateway-control-plane'))?.id ?? '';
    const before = world.konnect.certificates(plane).length;
    for (const { id } of world.konnect.certificates(plane)) world.konnect.removeCertificate(plane, id);

    const drift = await checkDrift(world);

    expect(found(drift)).toContain(`different KonnectExtension ${extension.metadata.name}`);
    await repair(world, drift);
    expect((await checkDrift(world)).report).toMatchObject(clean);
    expect(world.konnect.certificates(plane)).toHaveLength(before);
  });

  it('members of a group that are not its own, or are missing, are found and set right', async () => {
    const group = await object('KonnectGatewayControlPlane', 'gateway-control-plane-group');
    const id = placeOf(group)?.id ?? '';
    const members = world.konnect.members(id);
    world.konnect.setMembers(id, []);

    const drift = await checkDrift(world);

    expect(drift.report.findings).toMatchObject([
      { class: 'different', fields: [{ path: 'members', ours: members, theirs: [] }] },
    ]);
    await repair(world, drift);
    expect(world.konnect.members(id)).toEqual(members);
    expect((await checkDrift(world)).report).toMatchObject(clean);
  });

  it('a consumer that was taken out of its group is found and put back', async () => {
    const plane = placeOf(await object('KonnectGatewayControlPlane', 'gateway-control-plane'))?.id ?? '';
    const [membership] = world.konnect.entities(plane, 'consumer_group_members');
    world.konnect.removeEntity(plane, 'consumer_group_members', membership?.id ?? '');

    const drift = await checkDrift(world);

    expect(drift.report.findings).toMatchObject([
      { class: 'different', kind: 'KongConsumer', fields: [{ path: 'groups' }] },
    ]);
    await repair(world, drift);
    expect(world.konnect.entities(plane, 'consumer_group_members')).toHaveLength(1);
    expect((await checkDrift(world)).report).toMatchObject(clean);
  });
});

describe(lostPlanes, () => {
  it('are told, and left alone', async () => {
    const plane = await object('KonnectGatewayControlPlane', 'gateway-control-plane-group');
    const resource = resourceOf('KonnectGatewayControlPlane');
    await world.admin.patch(resource, keyOf(plane), { metadata: { finalizers: null } });
    await world.admin.delete(resource, keyOf(plane));

    const { report, events } = await checkDrift(world, { kinds: ['KonnectGatewayControlPlane'] });

    const id = placeOf(plane)?.id ?? '';
    expect(report.findings).toMatchObject([
      { class: 'orphaned', name: plane.metadata.name, id, policy: 'report', sent: false },
    ]);
    expect(events).toEqual([]);
    expect(world.konnect.controlPlanes().map((one) => one.id)).toContain(id);
  });

  it('are told beside an item of the list that is none', async () => {
    const plane = await object('KonnectGatewayControlPlane', 'gateway-control-plane-group');
    const resource = resourceOf('KonnectGatewayControlPlane');
    await world.admin.patch(resource, keyOf(plane), { metadata: { finalizers: null } });
    await world.admin.delete(resource, keyOf(plane));
    const data = [{ id: 7 }, null, ...world.konnect.controlPlanes()];
    world.konnect.setFault(({ path }) =>
      path === '/v2/control-planes' ? { status: 200, body: { data, meta: {} } } : undefined,
    );

    const { report } = await checkDrift(world, { kinds: ['KonnectGatewayControlPlane'] });

    expect(report.findings).toMatchObject([{ class: 'orphaned', name: plane.metadata.name }]);
  });

  it('and so are entities, beside one whose tags name what no object is named', async () => {
    const { plane } = coreEntityOf(world, await object('KongService', await first('KongService')));
    const own = ['managed-by:konnect-reconciler', 'k8s-kind:KongService', `k8s-cluster:${world.cluster.name}`];
    const put = (id: string, ...tags: readonly string[]) =>
      world.konnect.putEntity(plane, 'services', id, { name: id, host: 'x.example', tags: [...own, ...tags] });
    put('00000000-0000-4000-8000-0000000000a1', 'k8s-uid:u1', 'k8s-name:nowhere');
    put('00000000-0000-4000-8000-0000000000a2', 'k8s-uid:u2', 'k8s-name:lost', `k8s-namespace:${world.namespace}`);

    const { report } = await checkDrift(world, { kinds: ['KongService'] });

    expect(report.problems).toEqual([]);
    expect(report.findings).toMatchObject([{ class: 'orphaned', name: 'lost' }]);
  });
});

describe('what can not be trusted', () => {
  const isMe = (path: string) => path.endsWith('/organizations/me');

  it('an organisation that changed under the token: nothing is found, nothing repaired', async () => {
    await change('KongService', await first('KongService'), { host: 'elsewhere.example' });
    world.konnect.setFault(({ path }) => (isMe(path) ? { status: 200, body: { id: 'another' } } : undefined));

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual([]);
    expect(drift.events).toEqual([]);
    expect(drift.report.problems[0]?.message).toContain('is one of another now');
  });

  it('an empty list of what is there: the kind is left alone, and said so', async () => {
    world.konnect.setFault(({ path, method }) =>
      method === 'GET' && path.endsWith('/core-entities/services')
        ? { status: 200, body: { data: [], offset: null } }
        : undefined,
    );

    const drift = await checkDrift(world);

    expect(drift.events).toEqual([]);
    expect(drift.report.problems).toMatchObject([
      { kind: 'KongService', message: expect.stringContaining('lacks entities') },
    ]);
  });

  it('a list that fails: the other kinds are checked', async () => {
    const name = await first('KongUpstream');
    await change('KongUpstream', name, { tags: ['by-hand'] });
    world.konnect.setFault(({ path, method }) =>
      method === 'GET' && path.endsWith('/core-entities/services') ? { status: 503 } : undefined,
    );

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual([`different KongUpstream ${name}`]);
    expect(new Set(drift.report.problems.map(({ kind }) => kind))).toEqual(new Set(['KongService']));
  });
});

describe('the policy', () => {
  it.each([
    ['ignore', []],
    ['report', ['report false']],
    ['repair', ['repair true']],
    ['no such policy', ['repair true']],
  ])('%s of an object, or of its namespace', async (policy, expected) => {
    const name = await first('KongService');
    await change('KongService', name, { host: 'elsewhere.example' });
    const said = ({ report }: Drift) => report.findings.map((one) => `${one.policy} ${one.sent}`);

    await annotate('Namespace', world.namespace, { 'konnect-reconciler.io/drift-policy': policy });
    expect(said(await checkDrift(world))).toEqual(expected);

    await annotate('Namespace', world.namespace, { 'konnect-reconciler.io/drift-policy': 'report' });
    await annotate('KongService', name, { 'konnect-reconciler.io/drift-policy': policy });
    const own = policy === 'no such policy' ? ['report false'] : expected;
    expect(said(await checkDrift(world))).toEqual(own);
  });

  it('of a paused object is to leave it alone', async () => {
    const name = await first('KongService');
    await change('KongService', name, { host: 'elsewhere.example' });
    await annotate('KongService', name, { 'konnect-reconciler.io/paused': 'true' });

    expect(found(await checkDrift(world))).toEqual([]);
  });
});

describe('a run', () => {
  const minute = 60_000;

  it('that would not finish goes on where it was, and finds the same', async () => {
    await change('KongService', await first('KongService'), { host: 'elsewhere.example' });
    await change('KongUpstream', await first('KongUpstream'), { tags: ['by-hand'] });
    const whole = await checkDrift(world, { mode: 'report' });
    const parts: DriftTask[] = [];
    const queue = { put: (tasks: readonly DriftTask[]) => Promise.resolve(void parts.push(...tasks)) };
    // Never time for more than the one kind that every part does.
    const ports = { ...driftPorts(world, []), remaining: () => minute };
    const answer = await startRun({ mode: 'report' }, ports, queue);
    expect(answer).toMatchObject({ queued: 2 });
    expect(answer.report).toBeUndefined();

    const reports: DriftReport[] = [];
    for (let task = parts.shift(); task !== undefined; task = parts.shift()) {
      const { report, rest } = await check(parseTask(JSON.stringify(task)), ports);
      reports.push(report);
      if (rest !== undefined) parts.push(rest);
    }

    expect(reports.length).toBeGreaterThan(20);
    const findings = reports.flatMap((report) => report.findings);
    const named = (all: readonly Finding[]) => all.map(({ kind, name, fields }) => ({ kind, name, fields }));
    expect(named(findings)).toEqual(expect.arrayContaining(named(whole.report.findings)));
    expect(findings).toHaveLength(whole.report.findings.length);
    expect(new Set(reports.map(({ run }) => run))).toEqual(new Set([answer.run]));
  });

  it('that waits for the answer gives to the queue what it has no time for', async () => {
    const parts: DriftTask[] = [];
    const queue = { put: (tasks: readonly DriftTask[]) => Promise.resolve(void parts.push(...tasks)) };
    const ports = { ...driftPorts(world, []), remaining: () => minute };

    const { report, queued } = await startRun({ mode: 'report', wait: true }, ports, queue);

    expect(queued).toBe(2);
    expect(parts).toHaveLength(2);
    expect(report).toMatchObject({ ...clean, checked: [] });
  });

  it('of a kind that there is not, or a cluster that can not be reached, says so', async () => {
    await expect(checkDrift(world, { kinds: ['KongRoot'] })).rejects.toThrow(
      /kinds has KongRoot, which is no kind of ours/,
    );
    const ports = {
      ...driftPorts(world, []),
      clusterNamed: () => unreachable,
      clusters: () => Promise.resolve(['a', 'b']),
    };
    const { report } = await startRun({ mode: 'report', wait: true }, ports, { put: () => Promise.resolve() });
    expect(report?.problems).toMatchObject([{ cluster: 'a', message: 'no route to host' }, { cluster: 'b' }]);
  });

  it('of a control plane that has no object says so', async () => {
    const { report } = await checkDrift(world, { controlPlane: 'nowhere/none' });
    expect(report.problems).toMatchObject([
      { message: expect.stringContaining('there is no KonnectGatewayControlPlane') },
    ]);
  });
});

const unreachable: Cluster = {
  name: 'far',
  get: () => Promise.reject(new ClusterError('no route to host', {})),
  list: () => Promise.reject(new ClusterError('no route to host', {})),
  create: () => Promise.reject(new ClusterError('no route to host', {})),
  patch: () => Promise.reject(new ClusterError('no route to host', {})),
  delete: () => Promise.reject(new ClusterError('no route to host', {})),
};

describe('what is not ours to look after', () => {
  const later = () => {
    world.now = new Date(world.now.getTime() + 3_600_000);
  };

  it('is a namespace that nobody watches: objects there are left alone', async () => {
    const elsewhere = await startWorld(server.kubeconfig);
    await using _ = elsewhere;
    await elsewhere.apply(simple);
    elsewhere.now = new Date(elsewhere.now.getTime() + 3_600_000);
    expect((await checkDrift(elsewhere)).report).toMatchObject(clean);

    await elsewhere.settle();
    await change('KongService', await first('KongService'), { host: 'elsewhere.example' });
    expect(found(await checkDrift(elsewhere))).toEqual([]);
  });

  it("is an object of Kong's own operator, beside ours", async () => {
    const service = await object('KongService', await first('KongService'));
    const finalizers = ['gateway.konghq.com/konnect-cleanup'];
    await change('KongService', service.metadata.name, { host: 'elsewhere.example' });
    await world.admin.patch(resourceOf('KongService'), keyOf(service), { metadata: { finalizers } });
    later();

    expect(found(await checkDrift(world))).toEqual([]);
  });
});

describe('in the cluster', () => {
  it('what changed or was deleted while nobody watched is found, and nothing else', async () => {
    const services = (count: number, text: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => text(index)).join('\n---\n');
    const service = (index: number, host: string) =>
      `{kind: KongService, apiVersion: configuration.konghq.com/v1alpha1, metadata: {name: s-${index}, namespace: default}, spec: {name: s-${index}, host: ${host}, controlPlaneRef: {type: konnectNamespacedRef, konnectNamespacedRef: {name: gateway-control-plane}}}}`;
    await world.apply(services(70, (index) => service(index, 'old.example')));
    await world.settle();
    await world.apply(services(50, (index) => service(index, 'new.example')));
    for (let index = 50; index < 60; index += 1)
      await world.admin.delete(resourceOf('KongService'), { namespace: world.namespace, name: `s-${index}` });
    world.now = new Date(world.now.getTime() + 3_600_000);

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual(Array.from({ length: 60 }, (_, index) => `stuck KongService s-${index}`).toSorted());
    expect(drift.events).toHaveLength(60);
    await repair(world, drift);
    expect((await checkDrift(world)).report).toMatchObject(clean);
    expect(await world.get('KongService', 's-55')).toBeUndefined();
  });

  it('what is not programmed for long is stuck, and says why', async () => {
    await world.apply(
      '{kind: KongRoute, apiVersion: configuration.konghq.com/v1alpha1, metadata: {name: lost, namespace: default}, spec: {name: lost, paths: [/x], serviceRef: {type: namespacedRef, namespacedRef: {name: nobody}}}}',
    );
    await world.settle();
    expect((await checkDrift(world)).report).toMatchObject(clean);
    world.now = new Date(world.now.getTime() + 3_600_000);

    expect((await checkDrift(world)).report.findings).toMatchObject([
      { class: 'stuck', name: 'lost', message: expect.stringContaining('nobody does not exist') },
    ]);
  });

  it('a finalizer of ours that somebody took off is put back', async () => {
    const name = await first('KongService');
    const service = await object('KongService', name);
    await world.admin.patch(resourceOf('KongService'), keyOf(service), { metadata: { finalizers: null } });

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual([`stuck KongService ${name}`]);
    await repair(world, drift);
    expect((await object('KongService', name)).metadata.finalizers).toHaveLength(1);
    expect(findCondition(await object('KongService', name), 'Programmed')).toMatchObject({ status: 'True' });
  });
});
