import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../infra/local/konnect/server.ts';
import {
  authKind,
  conditionText,
  controlPlane,
  controlPlaneKind,
  forget,
  key,
  konnectCalls,
  remotePlanes,
  secretResource,
  settle,
  withAuth,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { conflict, overloaded, unanswered } from '../../../test/memory/refusals.ts';
import {
  foreignOrganizationId,
  foreignToken,
  goodToken,
  namespace,
  organizationId,
  otherToken,
  type Stage,
  startStage,
} from '../../../test/memory/stage.ts';
import {
  accountAnnotation,
  deletionPolicyAnnotation,
  finalizer,
  kongOperatorFinalizer,
  pausedAnnotation,
} from '../../engine/names.ts';
import { findCondition, type KubernetesObject, statusText } from '../../engine/objects.ts';
import { Sensitive } from '../../sensitive.ts';

const { resource } = controlPlaneKind;
const tokenKey = { cluster: 'blue', namespace, name: 'auth' };

const reconcile = (stage: Stage, options = {}) => stage.reconcile(controlPlaneKind, 'cp', options);
const object = (stage: Stage): KubernetesObject => stage.object(controlPlaneKind, 'cp');
const programmed = (stage: Stage) => conditionText(object(stage), 'Programmed');
const idOf = (stage: Stage): string => statusText(object(stage), 'id') ?? '';
const edit = (stage: Stage, patch: Readonly<Record<string, unknown>>) =>
  stage.cluster.user.edit(resource, key('cp'), patch);

async function fresh(spec: Readonly<Record<string, unknown>> = {}, metadata: Readonly<Record<string, unknown>> = {}) {
  const stage = await startStage();
  await withAuth(stage);
  stage.cluster.user.apply(resource, controlPlane('cp', spec, metadata));
  return stage;
}

async function programmedStage(): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  return stage;
}

describe('create', () => {
  it('takes one look and one write, behind the finalizer', async () => {
    await using stage = await fresh({
      labels: { team: 'a' },
      proxy_urls: [{ host: 'x.com', port: 443, protocol: 'https' }],
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    const [plane] = remotePlanes(stage);
    expect(plane).toMatchObject({
      name: 'cp',
      labels: { team: 'a', 'k8s-uid': object(stage).metadata.uid, 'k8s-cluster': 'blue' },
    });
    expect(object(stage).status).toMatchObject({
      id: plane?.id,
      organizationID: organizationId,
      serverURL: 'https://eu.api.konghq.com',
      konnectEndpoints: {
        controlPlane: plane?.config.control_plane_endpoint,
        telemetry: plane?.config.telemetry_endpoint,
      },
    });
    expect(programmed(stage)).toBe('True Programmed');
    expect(object(stage).metadata).toMatchObject({
      finalizers: [finalizer],
      annotations: { [accountAnnotation]: 'team/auth' },
    });
    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes', 'POST /v2/control-planes']);
    expect(stage.cluster.calls.map((call) => call.replace(' Konnect', ' '))).toEqual([
      'get GatewayControlPlane',
      'get APIAuthConfiguration',
      'patch status GatewayControlPlane',
      'patch GatewayControlPlane',
      'patch status GatewayControlPlane',
    ]);
  });

  it('T1 T7 a lost reply makes no second one', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
    expect(idOf(stage)).toBe(remotePlanes(stage)[0]?.id);
  });

  it('T1 a lost reply and a list that is behind: the name that is taken is our own', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    await reconcile(stage);
    stage.konnect.setFault((_, nth) => (nth === 1 ? 'stale-list' : undefined));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
  });

  it('T1 a status that was not written makes no second one', async () => {
    await using stage = await fresh();
    stage.cluster.intercept(({ verb }, nth) => (verb === 'patch status' && nth > 4 ? unanswered() : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    stage.cluster.intercept(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
  });

  it('T2 nothing is sent before the finalizer is on', async () => {
    await using stage = await fresh();
    stage.cluster.intercept(({ verb }) => (verb === 'patch' ? overloaded() : undefined));

    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 3 });

    expect(stage.konnect.writes).toBe(0);
  });

  it("T8 a name that is somebody else's is not taken over, and the owner is named", async () => {
    await using stage = await fresh();
    const labels = { 'k8s-uid': 'somebody' };
    const { id } = stage.konnect.createControlPlane(organizationId, { name: 'cp', labels }, 'eu');

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(new RegExp(`^False FailedToCreate: .*${id}.*uid somebody`));
    expect(remotePlanes(stage)).toMatchObject([{ id, labels }]);
  });

  it('T5 two that carry our uid are for a person to sort out', async () => {
    await using stage = await fresh();
    const labels = { 'k8s-uid': object(stage).metadata.uid };
    const ids = ['a1', 'b2'].map((name) => stage.konnect.createControlPlane(organizationId, { name, labels }, 'eu').id);

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/^False OwnershipConflict: 2 entities/);
    for (const id of ids) expect(programmed(stage)).toContain(id);
    expect(stage.konnect.writes).toBe(0);
  });

  it('T5 the one in the status is kept where a second one turns up', async () => {
    await using stage = await programmedStage();
    const labels = { 'k8s-uid': object(stage).metadata.uid };
    stage.konnect.createControlPlane(organizationId, { name: 'second', labels }, 'eu');

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}']);
  });

  it('the quota is for a person to raise', async () => {
    await using stage = await fresh();
    for (let made = 0; made < 99; made += 1)
      stage.konnect.createControlPlane(organizationId, { name: `p${made}` }, 'eu');
    stage.konnect.createControlPlane(organizationId, { name: 'last' }, 'eu');

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/^False FailedToCreate: .*usage limits/);
  });

  it('waits for an auth configuration that is missing, or not valid', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(resource, controlPlane('cp'));

    expect((await reconcile(stage)).is).toBe('wait');

    expect(conditionText(object(stage), 'APIAuthResolvedRef')).toMatch(/^False RefNotFound: .*team\/auth not found/);
    expect(programmed(stage)).toMatch(/^False ConditionWithStatusFalseExists: .*team\/auth not found/);
    const before = object(stage);
    await reconcile(stage);
    expect(object(stage)).toBe(before);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('an annotation lends no token of another namespace', async () => {
    await using stage = await startStage();
    const stored = {
      token: new Sensitive(goodToken),
      serverURL: 'https://eu.api.konghq.com',
      organizationId,
      checkedAt: '',
    };
    stage.tokens.storeElsewhere({ ...tokenKey, namespace: 'platform' }, stored);
    const metadata = { annotations: { [accountAnnotation]: 'platform/auth' } };
    stage.cluster.user.apply(resource, { ...controlPlane('cp', {}, metadata), spec: { name: 'cp' } });

    expect((await reconcile(stage)).is).toBe('wait');

    expect(stage.konnect.requests).toEqual([]);
  });
});

describe('rest', () => {
  it.each(['change', 'dependency', 'resync'] as const)(
    'T11 T12 a %s that changed nothing makes no call and writes nothing',
    async (cause) => {
      await using stage = await programmedStage();
      const before = object(stage);

      expect(await reconcile(stage, { cause })).toEqual({ is: 'done' });

      expect(stage.konnect.requests).toEqual([]);
      expect(stage.cluster.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
      expect(object(stage)).toBe(before);
    },
  );

  it('T11 T14 a closer look reads, and writes nothing where nothing differs', async () => {
    await using stage = await programmedStage();

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}']);
    expect(stage.cluster.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
  });

  it('a finalizer that somebody took off is put back', async () => {
    await using stage = await programmedStage();
    edit(stage, { metadata: { finalizers: null } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
    expect(stage.konnect.writes).toBe(0);
  });
});

describe('update', () => {
  it('sends what was edited, once', async () => {
    await using stage = await programmedStage();
    edit(stage, { spec: { description: 'new', labels: { team: 'b' } } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ description: 'new', labels: { team: 'b', 'k8s-generation': '2' } }]);
    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}', 'PATCH /v2/control-planes/{id}']);
    expect(findCondition(object(stage), 'Programmed')?.observedGeneration).toBe(2);
  });

  it('T21 undoes what was taken out of the object', async () => {
    await using stage = await fresh({
      description: 'old',
      auth_type: 'pki_client_certs',
      labels: { team: 'a', keep: 'x' },
      proxy_urls: [{ host: 'x.com', port: 443, protocol: 'https' }],
    });
    await settle(stage, controlPlaneKind, 'cp');
    edit(stage, { spec: { description: null, auth_type: null, labels: { team: null }, proxy_urls: null } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    const [plane] = remotePlanes(stage);
    expect(plane).toMatchObject({ description: '', config: { auth_type: 'pinned_client_certs', proxy_urls: [] } });
    expect(Object.keys(plane?.labels ?? {})).not.toContain('team');
    expect(plane?.labels).toMatchObject({ keep: 'x' });
  });

  it('repairs what somebody changed in Konnect, when asked to look', async () => {
    await using stage = await programmedStage();
    stage.konnect.patchControlPlane(idOf(stage), { description: 'by hand' });
    await settle(stage, controlPlaneKind, 'cp');
    expect(remotePlanes(stage)).toMatchObject([{ description: 'by hand' }]);

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ description: '' }]);
  });

  it('T66 a new name is given in place', async () => {
    await using stage = await programmedStage();
    const id = idOf(stage);
    edit(stage, { spec: { name: 'renamed' } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ id, name: 'renamed' }]);
  });

  it('T66 a new name that is taken is said, without a loop', async () => {
    await using stage = await programmedStage();
    stage.konnect.createControlPlane(organizationId, { name: 'taken' }, 'eu');
    edit(stage, { spec: { name: 'taken' } });

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/^False FailedToUpdate: .*409/);
  });

  it("T5 an id in the status that is somebody else's is neither changed nor deleted", async () => {
    await using stage = await programmedStage();
    const own = idOf(stage);
    const { id } = stage.konnect.createControlPlane(
      organizationId,
      { name: 'other', labels: { 'k8s-uid': 'x' } },
      'eu',
    );
    stage.cluster.user.editStatus(resource, key('cp'), { id });
    forget(stage);

    expect(await reconcile(stage, { force: true })).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
    expect(stage.konnect.writes).toBe(0);
    stage.cluster.user.remove(resource, key('cp'));
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage).map((plane) => plane.id)).toEqual([id]);
    expect(konnectCalls(stage).filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
    expect(stage.konnect.requests.some(({ method, path }) => method === 'DELETE' && path.endsWith(own))).toBe(true);
  });

  it('an edit in the middle is left to the next event, and looks like no failure meanwhile', async () => {
    await using stage = await programmedStage();
    edit(stage, { metadata: { finalizers: null }, spec: { description: 'one' } });
    stage.cluster.intercept(({ verb }, nth) => {
      if (verb === 'patch' && nth < 9) edit(stage, { spec: { description: `edited ${nth}` } });
      return undefined;
    });
    const transitions = findCondition(object(stage), 'Programmed');

    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 0 });

    expect(stage.konnect.writes).toBe(0);
    expect(findCondition(object(stage), 'Programmed')).toEqual(transitions);
    stage.cluster.intercept(undefined);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)[0]?.description).toMatch(/^edited/);
  });

  it('T37 an edit during the call to Konnect is not reported as programmed', async () => {
    await using stage = await programmedStage();
    edit(stage, { spec: { description: 'one' } });
    stage.cluster.intercept(({ verb }) => {
      if (verb === 'patch status' && object(stage).metadata.generation === 2)
        edit(stage, { spec: { description: 'two' } });
      return undefined;
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(findCondition(object(stage), 'Programmed')).toMatchObject({ status: 'True', observedGeneration: 2 });
    expect(object(stage).metadata.generation).toBe(3);
    await settle(stage, controlPlaneKind, 'cp');
    expect(remotePlanes(stage)).toMatchObject([{ description: 'two' }]);
  });

  it('a status that meets conflicts again and again brings the event back', async () => {
    await using stage = await programmedStage();
    edit(stage, { spec: { description: 'one' } });
    stage.cluster.intercept(({ verb }) => (verb === 'patch status' ? conflict(resource, key('cp')) : undefined));

    expect((await reconcile(stage)).is).toBe('retry');
  });
});

describe('deleted in Konnect', () => {
  it('T19 is made again when somebody looks, with a new id', async () => {
    await using stage = await programmedStage();
    const before = idOf(stage);
    stage.konnect.removeControlPlane(before);

    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)).toEqual([]);
    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
    expect(idOf(stage)).toBe(remotePlanes(stage)[0]?.id);
    expect(idOf(stage)).not.toBe(before);
  });

  it('T20 is not made again by a token of another organisation', async () => {
    await using stage = await programmedStage();
    const before = object(stage).status;
    const stored = {
      token: new Sensitive(foreignToken),
      serverURL: 'https://eu.api.konghq.com',
      organizationId: foreignOrganizationId,
      checkedAt: '',
    };
    stage.tokens.storeElsewhere(tokenKey, stored);
    stage.tokens.refresh(tokenKey);

    expect(await reconcile(stage, { cause: 'drift' })).toMatchObject({
      is: 'terminal',
      reason: 'OrganizationMismatch',
    });

    expect(stage.konnect.requests).toEqual([]);
    expect(statusText(object(stage), 'id')).toBe((before as { id: string }).id);
    expect(programmed(stage)).toMatch(/use a token of 7b5f1d0a/);
  });

  it('T20 nor by one that takes the place of a refused one in the middle of the run', async () => {
    await using stage = await fresh();
    await stage.tokens.read(tokenKey);
    stage.konnect.revokeToken(goodToken);
    const stored = {
      token: new Sensitive(foreignToken),
      serverURL: 'https://eu.api.konghq.com',
      organizationId: foreignOrganizationId,
      checkedAt: '',
    };
    stage.tokens.storeElsewhere(tokenKey, stored);

    expect((await reconcile(stage)).is).toBe('retry');

    expect(stage.konnect.writes).toBe(0);
  });
});

describe('the token', () => {
  it('is read again when it was rotated behind the cache', async () => {
    await using stage = await programmedStage();
    await reconcile(stage, { cause: 'drift' });
    stage.konnect.revokeToken(goodToken);
    const stored = {
      token: new Sensitive(otherToken),
      serverURL: 'https://eu.api.konghq.com',
      organizationId,
      checkedAt: '',
    };
    stage.tokens.storeElsewhere(tokenKey, stored);
    edit(stage, { spec: { description: 'new' } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ description: 'new' }]);
    expect(stage.woken).toEqual([]);
  });

  it('T40 that Konnect refuses is looked at by its own object, and this one stays as it was', async () => {
    await using stage = await programmedStage();
    stage.konnect.revokeToken(goodToken);

    expect((await reconcile(stage, { cause: 'drift' })).is).toBe('retry');

    expect(stage.woken).toMatchObject([{ kind: authKind.resource.kind, name: 'auth', force: true }]);
    expect(programmed(stage)).toBe('True Programmed');
  });

  it('that is not stored (yet) is seen with the next try', async () => {
    await using stage = await programmedStage();
    const stored = stage.tokens.stored(tokenKey);
    stage.tokens.storeElsewhere(tokenKey, undefined);
    stage.tokens.refresh(tokenKey);
    expect((await reconcile(stage, { cause: 'drift' })).is).toBe('retry');
    expect(stage.woken).toHaveLength(1);
    stage.tokens.storeElsewhere(tokenKey, stored);

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });
  });

  it('that turns invalid stops edits, and unsays nothing', async () => {
    await using stage = await programmedStage();
    stage.konnect.revokeToken(goodToken);
    await stage.reconcile(authKind, 'auth', { force: true });
    forget(stage);

    expect((await reconcile(stage, { cause: 'dependency' })).is).toBe('wait');

    expect(conditionText(object(stage), 'APIAuthValid')).toMatch(/^False Invalid/);
    expect(programmed(stage)).toBe('True Programmed');
    edit(stage, { spec: { description: 'new' } });
    expect((await reconcile(stage)).is).toBe('wait');
    expect(programmed(stage)).toMatch(/^False ConditionWithStatusFalseExists/);
    expect(stage.konnect.requests).toEqual([]);
  });
});

interface Trouble {
  readonly name: string;
  readonly fault: Fault;
  readonly is: 'retry' | 'terminal';
  readonly afterSeconds?: number;
}

const troubles: readonly Trouble[] = [
  { name: '401', fault: { status: 401 }, is: 'retry' },
  { name: '403', fault: { status: 403 }, is: 'terminal' },
  { name: '429 with Retry-After', fault: { status: 429, retryAfter: 77 }, is: 'retry', afterSeconds: 77 },
  { name: '429 without', fault: { status: 429 }, is: 'retry' },
  { name: '500', fault: { status: 500 }, is: 'retry' },
  { name: '503 of a proxy', fault: { status: 503, html: true }, is: 'retry' },
  { name: 'a cut connection', fault: 'reset', is: 'retry' },
  { name: 'a timeout', fault: 'hang', is: 'retry' },
  { name: 'an empty success', fault: { status: 200, body: {} }, is: 'retry' },
];

const steps = {
  'the look before the create': { on: 'GET', prepare: fresh, edits: {} },
  'the create': { on: 'POST', prepare: fresh, edits: {} },
  'the look before the update': { on: 'GET', prepare: programmedStage, edits: { description: 'new' } },
  'the update': { on: 'PATCH', prepare: programmedStage, edits: { description: 'new' } },
} as const;

describe.each(Object.entries(steps))('trouble at %s', (_, { on, prepare, edits }) => {
  it.each(troubles)('$name: $is', async ({ fault, is, afterSeconds }) => {
    // A list without items is a list; only the single entity can be missing from its answer.
    if (on === 'GET' && prepare === fresh && is === 'retry' && typeof fault === 'object' && 'body' in fault) return;
    await using stage = await prepare();
    if (Object.keys(edits).length > 0) edit(stage, { spec: edits });
    stage.konnect.setFault(({ method }) => (method === on ? fault : undefined));

    const verdict = await reconcile(stage);

    expect(verdict).toMatchObject({ is, ...(afterSeconds === undefined ? {} : { afterSeconds }) });
    const reason = prepare === fresh ? 'FailedToCreate' : 'FailedToUpdate';
    expect(programmed(stage)).toMatch(new RegExp(`^False ${reason}: .`));
    const text = programmed(stage);
    stage.now = new Date(stage.now.getTime() + 120_000);
    await reconcile(stage);
    expect(programmed(stage), 'T42 the same failure reads the same').toBe(text);

    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 240_000);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)).toMatchObject([{ name: 'cp', ...edits }]);
    expect(programmed(stage)).toBe('True Programmed');
  });
});

describe('T41 trouble at a closer look', () => {
  it.each(troubles.filter(({ is }) => is === 'retry'))('$name unsays nothing', async ({ fault }) => {
    await using stage = await programmedStage();
    const before = object(stage);
    stage.konnect.setFault(() => fault);

    expect((await reconcile(stage, { cause: 'drift' })).is).toBe('retry');

    expect(object(stage)).toBe(before);
  });
});

describe('deletion', () => {
  const remove = (stage: Stage) => stage.cluster.user.remove(resource, key('cp'));

  it('is asked, then seen, and only then let go', async () => {
    await using stage = await programmedStage();
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([
      'GET /v2/control-planes/{id}',
      'DELETE /v2/control-planes/{id}',
      'GET /v2/control-planes/{id}',
    ]);
    expect(remotePlanes(stage)).toEqual([]);
    expect(stage.find(resource, 'cp')).toBeUndefined();
  });

  it('T10 an event that comes late brings nothing back', async () => {
    await using stage = await programmedStage();
    remove(stage);
    await settle(stage, controlPlaneKind, 'cp');

    expect(await reconcile(stage, { cause: 'replay' })).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
  });

  it('T2 right after a create whose status was lost finds it by its uid', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    await reconcile(stage);
    stage.konnect.setFault(undefined);
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  });

  it('T28 of what is gone already is a success', async () => {
    await using stage = await programmedStage();
    stage.konnect.removeControlPlane(idOf(stage));
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.writes).toBe(0);
  });

  it('of what was never made needs nobody', async () => {
    await using stage = await fresh();
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
  });

  it('T25 works with an auth configuration that was removed by force, as long as its token is stored', async () => {
    await using stage = await programmedStage();
    stage.cluster.user.edit(authKind.resource, key('auth'), { metadata: { finalizers: null } });
    stage.cluster.user.remove(authKind.resource, key('auth'));
    stage.cluster.user.remove(secretResource, key('token'));
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  });

  it('T25 works with an auth configuration that is invalid', async () => {
    await using stage = await programmedStage();
    stage.cluster.user.remove(secretResource, key('token'));
    await stage.reconcile(authKind, 'auth');
    remove(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });
  });

  it('T29 without any token stays, says how to let it go, and is let go', async () => {
    await using stage = await programmedStage();
    stage.tokens.storeElsewhere(tokenKey, undefined);
    stage.tokens.refresh(tokenKey);
    remove(stage);

    expect((await reconcile(stage)).is).toBe('retry');
    expect(programmed(stage)).toMatch(/^False KonnectAPIOpFailed: no Konnect token.*deletion-policy=retain/);
    edit(stage, { metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.find(resource, 'cp')).toBeUndefined();
    expect(remotePlanes(stage)).toHaveLength(1);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('T20 in another organisation deletes nothing and lets nothing go', async () => {
    await using stage = await programmedStage();
    const stored = {
      token: new Sensitive(foreignToken),
      serverURL: 'https://eu.api.konghq.com',
      organizationId: foreignOrganizationId,
      checkedAt: '',
    };
    stage.tokens.storeElsewhere(tokenKey, stored);
    stage.tokens.refresh(tokenKey);
    remove(stage);

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'OrganizationMismatch' });

    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
  });

  it.each(troubles)('$name at the delete: $is, and it stays', async ({ fault, is }) => {
    // Success without content is what a delete promises.
    if (typeof fault === 'object' && 'body' in fault) return;
    await using stage = await programmedStage();
    remove(stage);
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? fault : undefined));

    expect((await reconcile(stage)).is).toBe(is);

    expect(programmed(stage)).toMatch(/^False KonnectAPIOpFailed: ./);
    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 120_000);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)).toEqual([]);
  });

  it('waits until it is really gone', async () => {
    await using stage = await programmedStage();
    remove(stage);
    // The answer says that it was deleted, and it was not.
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? { status: 204 } : undefined));

    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 1 });

    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
  });

  it('in the middle of a create leaves nothing behind', async () => {
    await using stage = await fresh();
    stage.cluster.intercept(({ verb }, nth) => {
      if (verb === 'patch status' && nth > 4) remove(stage);
      return undefined;
    });
    await reconcile(stage);
    stage.cluster.intercept(undefined);
    expect(object(stage).metadata.deletionTimestamp).toBeDefined();

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
    expect(stage.find(resource, 'cp')).toBeUndefined();
  });
});

describe('other hands', () => {
  it('a paused object is left alone, also when it is deleted', async () => {
    await using stage = await programmedStage();
    edit(stage, { metadata: { annotations: { [pausedAnnotation]: 'true' } }, spec: { description: 'new' } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    stage.cluster.user.remove(resource, key('cp'));
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.konnect.requests).toEqual([]);
    edit(stage, { metadata: { annotations: { [pausedAnnotation]: null } } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  });

  it("what Kong's operator manages is left to it", async () => {
    await using stage = await fresh({}, { finalizers: [kongOperatorFinalizer] });

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'ManagedByAnotherController' });

    expect(object(stage).metadata.finalizers).toEqual([kongOperatorFinalizer]);
    expect(stage.konnect.requests).toEqual([]);
  });
});
