import { configMapResource, isRecord, type KubernetesObject, secretResource } from '../../lib/engine/objects.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { Cause } from '../../lib/events/event.ts';
import { readCertificate } from '../../lib/kinds/konnect-extension/certificate.ts';
import {
  conditionText,
  controlPlaneKind,
  extension,
  extensionKind,
  key,
  withControlPlane,
  withExtension,
} from './manifests.ts';
import { type Stage, startStage } from './stage.ts';

/* Short words for tests about one extension, `ext`, of the control plane `cp`. */

export const ownedName = 'konnect-extension-ext';
const day = 24 * 60 * 60 * 1000;

type Extra = Readonly<Record<string, unknown>>;

export function reconcile(
  stage: Stage,
  options: { readonly cause?: Cause; readonly force?: true } = {},
): Promise<Verdict> {
  return stage.reconcile(extensionKind, 'ext', options);
}

export function condition(stage: Stage, type: string): string {
  return conditionText(stage.object(extensionKind, 'ext'), type);
}

/** A stage with a programmed control plane, and an extension that nobody has looked at yet. */
export async function fresh(spec: Extra = {}): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  stage.cluster.user.apply(extensionKind.resource, extension(spec));
  return stage;
}

export async function ready(): Promise<Stage> {
  const stage = await startStage();
  await withExtension(stage);
  return stage;
}

export function edit(stage: Stage, patch: Extra): KubernetesObject {
  return stage.cluster.user.edit(extensionKind.resource, key('ext'), patch);
}

export function planeId(stage: Stage): string {
  return (stage.object(controlPlaneKind, 'cp').status as { id: string }).id;
}

/** Fingerprints of what Konnect has for the control plane, in the order of their upload. */
export function uploaded(stage: Stage, id: string = planeId(stage)): readonly string[] {
  return stage.konnect.certificates(id).map(({ cert }) => readCertificate(cert)?.fingerprint ?? 'unreadable');
}

/** The fingerprint of what data planes find in the Secret. */
export function inSecret(stage: Stage, name: string = ownedName): string | undefined {
  return readCertificate(textIn(stage.find(secretResource, name), 'tls.crt'))?.fingerprint;
}

export function settings(stage: Stage): Extra {
  const data = stage.find(configMapResource, ownedName)?.['data'];
  return isRecord(data) ? data : {};
}

export function passDays(stage: Stage, days: number): void {
  stage.now = new Date(stage.now.getTime() + days * day);
}

/** The writes of a run, to Konnect and to objects beside the extension itself, in their order. */
export function recordWrites(stage: Stage): string[] {
  const writes: string[] = [];
  stage.cluster.intercept(({ verb, kind }) => {
    if (verb !== 'get' && verb !== 'list' && kind !== extensionKind.resource.kind) writes.push(`${verb} ${kind}`);
    return undefined;
  });
  stage.konnect.setFault(({ method, write }) => {
    if (write) writes.push(method);
    return undefined;
  });
  return writes;
}

function textIn(secret: KubernetesObject | undefined, field: string): string {
  const data = isRecord(secret?.['data']) ? secret['data'] : {};
  return Buffer.from(String(data[field] ?? ''), 'base64').toString('utf8');
}
