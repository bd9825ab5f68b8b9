import type { Fault } from '../../infra/local/konnect/server.ts';
import type { KubernetesObject } from '../../lib/engine/objects.ts';
import { statusText } from '../../lib/engine/objects.ts';
import type { StoredToken, TokenKey } from '../../lib/engine/ports.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { Cause } from '../../lib/events/event.ts';
import { Sensitive } from '../../lib/sensitive.ts';
import {
  authConfiguration,
  authKind,
  conditionText,
  controlPlane,
  controlPlaneKind,
  key,
  withAuth,
  withControlPlane,
} from './manifests.ts';
import {
  foreignOrganizationId,
  foreignToken,
  goodToken,
  namespace,
  organizationId,
  type Stage,
  startStage,
} from './stage.ts';

/* Short words for tests about one control plane, `cp`. */

export const tokenKey: TokenKey = { cluster: 'blue', namespace, name: 'auth' };

type Extra = Readonly<Record<string, unknown>>;

export function reconcile(
  stage: Stage,
  options: { readonly cause?: Cause; readonly force?: true } = {},
): Promise<Verdict> {
  return stage.reconcile(controlPlaneKind, 'cp', options);
}

export function object(stage: Stage): KubernetesObject {
  return stage.object(controlPlaneKind, 'cp');
}

export function programmed(stage: Stage): string {
  return conditionText(object(stage), 'Programmed');
}

export function idOf(stage: Stage): string {
  return statusText(object(stage), 'id') ?? '';
}

export function edit(stage: Stage, patch: Extra): KubernetesObject {
  return stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), patch);
}

/** A control plane that nobody has looked at yet, beside a valid auth configuration. */
export async function fresh(spec: Extra = {}, metadata: Extra = {}): Promise<Stage> {
  const stage = await startStage();
  await withAuth(stage);
  stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp', spec, metadata));
  return stage;
}

export async function programmedStage(): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  return stage;
}

/** As the store keeps a token of the test's own organisation. */
export function storedToken(token: string = goodToken): StoredToken {
  return { token: new Sensitive(token), serverURL: 'https://eu.api.konghq.com', organizationId, checkedAt: '' };
}

/** The store now holds a token of another organisation, and this function has not read it yet. */
export function exchangeToken(stage: Stage): void {
  stage.tokens.storeElsewhere(tokenKey, { ...storedToken(foreignToken), organizationId: foreignOrganizationId });
}

/**
 * The auth configuration is made again: with a token of another organisation, or for another server. Another container of
 * the function has looked at it, so that this one may still have in its cache what was stored before.
 */
export function remakeAuth(stage: Stage, changed: Partial<StoredToken>): void {
  const stored = { ...storedToken(), ...changed };
  const { serverURL, organizationId: organizationID } = stored;
  const { user } = stage.cluster;
  user.edit(authKind.resource, key('auth'), { metadata: { finalizers: null } });
  user.remove(authKind.resource, key('auth'));
  user.apply(authKind.resource, authConfiguration({ serverURL }));
  const valid = { type: 'APIAuthValid', status: 'True', reason: 'Valid', message: '', observedGeneration: 1 };
  const conditions = [{ ...valid, lastTransitionTime: stage.now.toISOString() }];
  user.editStatus(authKind.resource, key('auth'), { organizationID, serverURL, conditions });
  stage.tokens.storeElsewhere(tokenKey, stored);
}

/** What an auth configuration is made again with to be one of another organisation. */
export const foreign: Partial<StoredToken> = {
  token: new Sensitive(foreignToken),
  organizationId: foreignOrganizationId,
};

export interface Trouble {
  readonly name: string;
  readonly fault: Fault;
  readonly is: 'retry' | 'terminal';
  readonly afterSeconds?: number;
}

/** What one call to Konnect may end with, and what becomes of the event. */
export const troubles: readonly Trouble[] = [
  { name: '401', fault: { status: 401 }, is: 'retry' },
  { name: '403', fault: { status: 403 }, is: 'terminal' },
  { name: '429 with Retry-After', fault: { status: 429, retryAfter: 77 }, is: 'retry', afterSeconds: 77 },
  { name: '429 without', fault: { status: 429 }, is: 'retry' },
  { name: '500', fault: { status: 500 }, is: 'retry' },
  { name: '503 of a proxy', fault: { status: 503, html: true }, is: 'retry' },
  { name: 'a cut connection', fault: 'reset', is: 'retry' },
];

/** No answer in time: the client waits for its whole timeout, so it is tried at few places. */
export const timeout: Trouble = { name: 'a timeout', fault: 'hang', is: 'retry' };

/** A success that does not say what it promises: it may have happened. */
export const emptySuccess: Trouble = { name: 'an empty success', fault: { status: 200, body: {} }, is: 'retry' };
