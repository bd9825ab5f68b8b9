import { describe, expect, it } from 'vitest';
import {
  authConfiguration,
  authKind,
  base64,
  conditionText,
  controlPlane,
  controlPlaneKind,
  forget,
  key,
  konnectCalls,
  settle,
  tokenSecret,
  withAuth,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { overloaded, unanswered } from '../../../test/memory/refusals.ts';
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
import { Retry } from '../../engine/errors.ts';
import { finalizer } from '../../engine/names.ts';
import { findCondition, secretResource } from '../../engine/objects.ts';
import { Sensitive } from '../../sensitive.ts';

const { resource } = authKind;
const tokenKey = { cluster: 'blue', namespace, name: 'auth' };
const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:konnect/team-AbCdEf';

const reconcile = (stage: Stage, options = {}) => stage.reconcile(authKind, 'auth', options);
const valid = (stage: Stage) => conditionText(stage.object(authKind, 'auth'), 'APIAuthValid');
const accepted = (stage: Stage) => conditionText(stage.object(authKind, 'auth'), 'TokenAccepted');
const stored = (stage: Stage) => stage.tokens.stored(tokenKey)?.token.reveal();

/** The Secret's data, as somebody who rotates the token writes it. */
function rotate({ cluster }: Stage, token: string): void {
  cluster.user.edit(secretResource, key('token'), { data: { token: base64(token) } });
}

describe('a token', () => {
  it('that works is stored once, under the object, behind our finalizer', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toBe('True Valid: Token from Secret team/token is valid');
    expect(stage.object(authKind, 'auth').status).toMatchObject({
      organizationID: organizationId,
      serverURL: 'https://eu.api.konghq.com',
    });
    expect(stored(stage)).toBe(goodToken);
    expect(stage.object(authKind, 'auth').metadata.finalizers).toEqual([finalizer]);
    expect(stage.konnect.requests).toMatchObject([{ path: '/v3/organizations/me', host: 'global.api.konghq.com' }]);
    expect(stage.cluster.calls).toHaveLength(5);
  });

  it('leaves no stale condition of the CRD behind', async () => {
    await using stage = await startStage();
    await withAuth(stage);

    const types = (stage.object(authKind, 'auth').status as { conditions: { type: string }[] }).conditions.map(
      ({ type }) => type,
    );
    expect(types).toEqual(['APIAuthValid']);
  });

  it('is not asked about twice', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const before = stage.object(authKind, 'auth');

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
    expect(stage.cluster.calls).toEqual(['get KonnectAPIAuthConfiguration', 'get Secret']);
    expect(stage.object(authKind, 'auth')).toBe(before);
    expect(stage.tokens.writes).toBe(1);
  });

  it('is asked about on a closer look, which writes nothing where all is well', async () => {
    await using stage = await startStage();
    await withAuth(stage);

    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v3/organizations/me']);
    expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);
    expect(stage.tokens.writes).toBe(1);
  });

  it('may stand in the object itself, and with line ends', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(resource, {
      ...authConfiguration(),
      spec: { type: 'token', token: `${goodToken}\n`, serverURL: 'https://eu.api.konghq.com/' },
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toBe('True Valid: Token is valid');
    expect(stored(stage)).toBe(goodToken);
  });

  it('may stand in AWS, named by the Secret, where its tags let the namespace use it', async () => {
    await using stage = await startStage();
    stage.tokens.putSecret(arn, ` ${goodToken}\n`, ['blue/team']);
    stage.cluster.user.apply(secretResource, { ...tokenSecret(''), data: { arn: base64(`${arn}\n`) } });
    stage.cluster.user.apply(resource, authConfiguration());

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
  });

  it('put back after our finalizer was taken off is held again', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.edit(resource, key('auth'), { metadata: { finalizers: null } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.object(authKind, 'auth').metadata.finalizers).toEqual([finalizer]);
  });
});

interface Wrong {
  readonly reason: string;
  readonly secret?: object | undefined;
  readonly spec?: object;
  readonly says: RegExp;
}

const labels = { 'konghq.com/credential': 'konnect' };
const secretMetadata = { name: 'token', namespace, labels };
const wrong: readonly Wrong[] = [
  { reason: 'no Secret', secret: undefined, says: /Secret team\/token does not exist/ },
  {
    reason: 'a Secret without the label',
    secret: { metadata: { name: 'token', namespace }, data: { token: base64(goodToken) } },
    says: /lacks the label konghq.com\/credential: konnect/,
  },
  {
    reason: 'a Secret with another credential',
    secret: {
      metadata: { ...secretMetadata, labels: { 'konghq.com/credential': 'jwt' } },
      data: { token: base64(goodToken) },
    },
    says: /lacks the label/,
  },
  {
    reason: 'a Secret without data',
    secret: { metadata: secretMetadata },
    says: /neither a key "token" nor a key "arn"/,
  },
  { reason: 'an empty token', secret: { metadata: secretMetadata, data: { token: base64(' \n') } }, says: /is empty/ },
  {
    reason: 'two tokens',
    secret: { metadata: secretMetadata, data: { token: base64(`${goodToken}\n${otherToken}`) } },
    says: /is not one token/,
  },
  {
    reason: 'an ARN that is none, perhaps a token in the wrong place',
    secret: { metadata: secretMetadata, data: { arn: base64(goodToken) } },
    says: /not the whole ARN/,
  },
  {
    reason: 'an AWS secret that is not there',
    secret: { metadata: secretMetadata, data: { arn: base64(arn) } },
    says: /does not exist/,
  },
  { reason: 'an unnamed Secret', spec: { secretRef: {} }, says: /spec.secretRef.name is empty/ },
  {
    reason: 'a server that is not Konnect',
    spec: { serverURL: 'metadata.internal' },
    says: /serverURL names the host metadata.internal/,
  },
  { reason: 'a token that Konnect does not know', secret: tokenSecret('kpat_unknownunknownunknown'), says: /401/ },
];

describe('what can not be used', () => {
  it.each(wrong)('$reason: said, stored nowhere, and never quoted', async ({ secret, spec = {}, says }) => {
    await using stage = await startStage();
    if (secret !== undefined) stage.cluster.user.apply(secretResource, secret as ReturnType<typeof tokenSecret>);
    stage.cluster.user.apply(resource, authConfiguration(spec as Readonly<Record<string, unknown>>));

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: /);
    expect(valid(stage)).toMatch(says);
    expect(stored(stage)).toBeUndefined();
    const before = stage.object(authKind, 'auth');
    await reconcile(stage);
    expect(stage.object(authKind, 'auth')).toBe(before);
  });

  it.each([
    { annotation: undefined, is: 'terminal' },
    { annotation: 'others', is: 'terminal' },
    { annotation: 'others, team', is: 'done' },
    { annotation: '*', is: 'done' },
  ])('the Secret of another namespace that allows $annotation: $is', async ({ annotation, is }) => {
    await using stage = await startStage();
    const annotations = annotation === undefined ? {} : { 'konnect-reconciler.io/allowed-namespaces': annotation };
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken, { namespace: 'platform', annotations }));
    stage.cluster.user.apply(resource, authConfiguration({ secretRef: { name: 'token', namespace: 'platform' } }));

    expect((await reconcile(stage)).is).toBe(is);
  });

  it('T47 the consent of another namespace that is withdrawn stops what goes on, and its return starts it again', async () => {
    await using stage = await startStage();
    const consent = { 'konnect-reconciler.io/allowed-namespaces': namespace };
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken, { namespace: 'platform', annotations: consent }));
    stage.cluster.user.apply(resource, authConfiguration({ secretRef: { name: 'token', namespace: 'platform' } }));
    await settle(stage, authKind, 'auth');
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp'));
    await settle(stage, controlPlaneKind, 'cp');
    const before = stage.konnect.controlPlanes();
    const allow = (value: string | null) =>
      stage.cluster.user.edit(
        secretResource,
        { namespace: 'platform', name: 'token' },
        { metadata: { annotations: { 'konnect-reconciler.io/allowed-namespaces': value } } },
      );

    allow(null);
    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'RefNotPermitted' });
    expect(valid(stage)).toMatch(/^False RefNotPermitted: Secret platform\/token .* does not allow team: annotate it/);
    stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), { spec: { description: 'later' } });
    expect((await stage.reconcile(controlPlaneKind, 'cp')).is).toBe('wait');
    expect(stage.konnect.requests).toEqual([]);
    expect(stage.konnect.controlPlanes()).toEqual(before);

    allow(namespace);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(valid(stage)).toMatch(/^True Valid/);
    expect(await stage.reconcile(controlPlaneKind, 'cp', { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(stage.konnect.controlPlanes()).toContainEqual(expect.objectContaining({ description: 'later' }));
  });

  it('an AWS secret that does not allow the namespace', async () => {
    await using stage = await startStage();
    stage.tokens.putSecret(arn, goodToken, ['blue/others']);
    stage.cluster.user.apply(secretResource, { ...tokenSecret(''), data: { arn: base64(arn) } });
    stage.cluster.user.apply(resource, authConfiguration());

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False RefNotPermitted: .*does not allow blue\/team/);
  });

  it('an organisation that is not active', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    const body = { id: organizationId, name: 'Test', state: 'deleting' };
    stage.konnect.setFault(() => ({ status: 200, body }));

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toContain(`its organisation ${organizationId} is deleting in Konnect`);
  });
});

describe('rotation', () => {
  it('T40 stores the new token and wakes whoever the old one may have stopped', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    rotate(stage, otherToken);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(otherToken);
    expect(stage.woken).toMatchObject([{ kind: controlPlaneKind.resource.kind, name: 'cp', cause: 'dependency' }]);
  });

  it('loses no wake-up when it fails in the middle', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    rotate(stage, otherToken);
    stage.cluster.intercept(({ verb }) => (verb === 'list' ? overloaded() : undefined));
    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 3 });
    stage.cluster.intercept(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.woken).toHaveLength(1);
  });

  it('loses no wake-up when it ends right after the token was stored', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    rotate(stage, otherToken);
    stage.cluster.intercept(({ verb }) => (verb === 'list' ? overloaded() : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    stage.cluster.intercept(undefined);
    const token = new Sensitive(otherToken);
    stage.tokens.storeElsewhere(tokenKey, {
      token,
      serverURL: 'https://eu.api.konghq.com',
      organizationId,
      checkedAt: '',
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.woken).toHaveLength(1);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.woken).toHaveLength(1);
  });

  it('keeps a good token in use when the new one is bad, and says so', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
    expect(valid(stage)).toMatch(/^True Valid: .*401.*previous token still works/);
    expect(accepted(stage)).toMatch(/^False Refused: .*previous token still works/);
    const before = stage.object(authKind, 'auth');
    await reconcile(stage);
    expect(stage.object(authKind, 'auth')).toBe(before);
  });

  it('forgets about the bad one when the good one is put back', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);
    rotate(stage, goodToken);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toBe('True Valid: Token from Secret team/token is valid');
    expect(accepted(stage)).toBe('True Accepted');
    forget(stage);
    await reconcile(stage);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('does not say that the old one stays in use when the Secret offers none any more', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);
    stage.cluster.user.edit(secretResource, key('token'), { metadata: { labels: null } });

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: .*lacks the label/);
    expect(accepted(stage)).toMatch(/^False Refused: .*lacks the label/);
  });

  it('is over for both when the old one stops working, too', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);
    stage.konnect.revokeToken(goodToken);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: /);
    expect(accepted(stage)).toMatch(/^False Refused: /);
    expect(accepted(stage)).not.toContain('stays in use');
  });

  it('a token that was revoked is asked about once, not as its own predecessor again', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.konnect.revokeToken(goodToken);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(konnectCalls(stage)).toEqual(['GET /v3/organizations/me']);
    expect(valid(stage)).toMatch(/^False Invalid: .*401/);
  });

  it('T20 refuses the token of another organisation, and keeps the old one', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    rotate(stage, foreignToken);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
    expect(accepted(stage)).toContain(`belongs to the organisation ${foreignOrganizationId}`);
    expect(stage.object(authKind, 'auth').status).toMatchObject({ organizationID: organizationId });
  });

  it('T20 stops when the very token now belongs to another organisation', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.konnect.moveToken(goodToken, foreignOrganizationId);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(valid(stage)).toMatch(/^False Invalid: .*belongs to the organisation 11111111/);
    expect(stage.object(authKind, 'auth').status).toMatchObject({ organizationID: organizationId });
  });

  it('compares with what is stored, not with what it remembers', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const elsewhere = {
      token: new Sensitive(otherToken),
      serverURL: 'https://eu.api.konghq.com',
      organizationId,
      checkedAt: '',
    };
    stage.tokens.storeElsewhere(tokenKey, elsewhere);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
  });

  it('stores again what somebody deleted in AWS', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.tokens.storeElsewhere(tokenKey, undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBe(goodToken);
  });
});

describe('trouble', () => {
  it.each([
    { reason: '503', fault: { status: 503, html: true } as const, after: undefined },
    { reason: '429 with Retry-After', fault: { status: 429, retryAfter: 77 } as const, after: 77 },
    { reason: 'no answer', fault: 'reset' as const, after: undefined },
    { reason: 'the answer is lost', fault: 'reset-after' as const, after: undefined },
    { reason: 'an answer without an organisation', fault: { status: 200, body: {} } as const, after: undefined },
  ])('T44 $reason passes: tried again, and a valid token stays valid', async ({ fault, after }) => {
    await using stage = await startStage();
    await withAuth(stage);
    // Twice, since the client itself repeats a read whose kept connection was cut.
    stage.konnect.setFault((_, nth) => (nth <= 2 ? fault : undefined));

    const verdict = await reconcile(stage, { force: true });

    expect(verdict).toMatchObject({ is: 'retry', ...(after === undefined ? {} : { afterSeconds: after }) });
    expect(valid(stage)).toBe('True Valid: Token from Secret team/token is valid');
    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 120_000);
    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });
  });

  it('T44 at the first look passes: what was never valid becomes so', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.konnect.setFault(() => ({ status: 503, html: true }));
    expect((await reconcile(stage)).is).toBe('retry');
    expect(valid(stage)).toMatch(/^False /);
    stage.konnect.setFault(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toMatch(/^True Valid/);
  });

  it('the token store is away: nothing is said to be valid', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.tokens.fail(new Retry('Secrets Manager is away'));

    expect((await reconcile(stage)).is).toBe('retry');

    expect(valid(stage)).toBe('False Invalid: Secrets Manager is away');
  });

  it('an object deleted before it was held is over with the next look', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.cluster.intercept(({ verb }) => {
      if (verb === 'patch') stage.cluster.user.remove(resource, key('auth'));
      return undefined;
    });

    expect((await reconcile(stage)).is).toBe('retry');
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBeUndefined();
    expect(stage.find(resource, 'auth')).toBeUndefined();
  });

  it('a status that can not be written brings the event back', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.cluster.intercept(({ verb }, nth) => (verb === 'patch status' && nth > 4 ? unanswered() : undefined));

    expect((await reconcile(stage)).is).toBe('retry');
    stage.cluster.intercept(undefined);
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toMatch(/^True/);
  });
});

describe('deletion', () => {
  it('schedules the deletion of the token', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.remove(resource, key('auth'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.find(resource, 'auth')).toBeUndefined();
    expect(stored(stage)).toBeUndefined();
    expect(stage.konnect.requests).toEqual([]);
  });

  it('is held while something refers to it, which can go on using it', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    stage.cluster.user.remove(resource, key('auth'));

    expect((await reconcile(stage)).is).toBe('wait');

    expect(valid(stage)).toMatch(/^True Valid: still in use by KonnectGatewayControlPlane team\/cp/);
    stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), { spec: { description: 'edited' } });
    await settle(stage, controlPlaneKind, 'cp');
    expect(stored(stage)).toBe(goodToken);
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await settle(stage, controlPlaneKind, 'cp');

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBeUndefined();
  });

  it('is not held by what refers to another one of that name, or in another namespace', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const { user } = stage.cluster;
    user.apply(controlPlaneKind.resource, controlPlane('a', { konnect: { authRef: { name: 'other' } } }));
    user.apply(controlPlaneKind.resource, controlPlane('b', {}, { namespace: 'others' }));
    user.remove(resource, key('auth'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });
  });

  it('waits for the token store', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.remove(resource, key('auth'));
    stage.tokens.fail(new Retry('Secrets Manager is away'));

    expect((await reconcile(stage)).is).toBe('retry');

    expect(stage.object(authKind, 'auth').metadata.finalizers).toEqual([finalizer]);
  });

  it('without our having seen it clears the token, too', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.edit(resource, key('auth'), { metadata: { finalizers: null } });
    stage.cluster.user.remove(resource, key('auth'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBeUndefined();
  });
});

describe('kind', () => {
  it('is woken by the Secret it names, in the namespace it names', () => {
    const [wake] = authKind.wakes ?? [];
    const object = (spec: object) => ({
      apiVersion: 'v1',
      kind: 'x',
      metadata: { name: 'a', namespace, uid: 'u', resourceVersion: '1' },
      spec,
    });

    expect(wake?.targets(object({ secretRef: { name: 's' } }))).toEqual([{ namespace, name: 's' }]);
    expect(wake?.targets(object({ secretRef: { name: 's', namespace: 'n' } }))).toEqual([
      { namespace: 'n', name: 's' },
    ]);
    expect(wake?.targets(object({ token: 't' }))).toEqual([]);
    expect(wake?.targets(object([]))).toEqual([]);
  });

  it('offers what others wait for: validity, organisation and server, and no message', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const before = authKind.offers(stage.object(authKind, 'auth'));
    rotate(stage, 'kpat_typotypotypo');
    await reconcile(stage);

    expect(before).toEqual({ valid: true, organizationID: organizationId, serverURL: 'https://eu.api.konghq.com' });
    expect(authKind.offers(stage.object(authKind, 'auth'))).toEqual(before);
    expect(findCondition(stage.object(authKind, 'auth'), 'APIAuthValid')?.message).toContain('previous token');
  });
});
