import { Terminal, Wait } from '../../engine/errors.ts';
import {
  configMapResource,
  display,
  isRecord,
  type KubernetesObject,
  type ObjectKey,
  secretResource,
} from '../../engine/objects.ts';
import type { Run } from '../../engine/run.ts';
import {
  type Certificate,
  fitCommonName,
  type IssuedCertificate,
  isKeyOf,
  readCertificate,
  renewBefore,
} from './certificate.ts';
import { secretName } from './kind.ts';
import { configMapLabels, isOwnedBy, ownedName, ownerReference, recordAnnotation, secretLabels } from './names.ts';
import { type CertificateRecord, parseRecord } from './plan.ts';

/** What the cluster holds for an extension. */
export interface Owned {
  readonly secret: KubernetesObject | undefined;
  /** The certificate in use; absent where an automatic one has to be made (anew). */
  readonly certificate: Certificate | undefined;
  /** The certificate that data planes find in the Secret, whatever is wrong with it. */
  readonly present: Certificate | undefined;
  readonly configMap: KubernetesObject | undefined;
  readonly record: CertificateRecord | undefined;
}

export async function readOwned(run: Run, manual: boolean): Promise<Owned> {
  const [secret, configMap] = await Promise.all([
    run.cluster.get(secretResource, inNamespace(run, secretName(run.object))),
    run.cluster.get(configMapResource, inNamespace(run, ownedName(run.object))),
  ]);
  refuseForeign(run, 'ConfigMap', configMap);
  const certificate = manual ? manualCertificate(run, secret) : automaticCertificate(run, secret);
  const record = parseRecord(configMap?.metadata.annotations?.[recordAnnotation]);
  const present = secret === undefined ? undefined : readCertificate(tlsOf(secret).pem ?? '');
  return { secret, certificate, present, configMap, record };
}

/** @throws {Wait} where the Secret is missing, {Terminal} where it holds no usable certificate; conditions say so. */
function manualCertificate(run: Run, secret: KubernetesObject | undefined): Certificate {
  const where = `Secret ${display(inNamespace(run, secretName(run.object)))}`;
  if (secret === undefined) {
    const message = `${where} does not exist: create it with the keys tls.crt and tls.key`;
    run.report.condition({ type: 'DataPlaneCertificateProvisioned', status: 'False', reason: 'RefNotFound', message });
    // No blip: data planes that start now have nothing to start with.
    run.report.condition({ type: run.kind.mainCondition, status: 'False', reason: 'provisioning', message });
    throw new Wait(message);
  }
  const { pem, key } = tlsOf(secret);
  const certificate = pem === undefined ? undefined : readCertificate(pem);
  if (certificate === undefined) {
    throw invalidSecret(run, `${where} does not contain a valid tls secret: tls.crt must be a certificate in PEM`);
  }
  if (!isKeyOf(certificate, key ?? '')) {
    throw invalidSecret(
      run,
      `${where} does not contain a valid tls secret: tls.key must be the private key of tls.crt, in PEM and without a passphrase`,
    );
  }
  if (certificate.notAfter <= run.clock.now()) {
    throw invalidSecret(
      run,
      `the certificate in ${where} expired at ${certificate.notAfter.toISOString()}: replace it`,
    );
  }
  return certificate;
}

/** Absent, unreadable, for another name or near its end: a new one is made. */
function automaticCertificate(run: Run, secret: KubernetesObject | undefined): Certificate | undefined {
  refuseForeign(run, 'Secret', secret);
  const { pem, key } = secret === undefined ? {} : tlsOf(secret);
  const certificate = pem === undefined || key === undefined ? undefined : readCertificate(pem);
  if (certificate?.commonName !== fitCommonName(commonName(run.object))) return undefined;
  return certificate.notAfter.getTime() - renewBefore > run.clock.now().getTime() ? certificate : undefined;
}

export function commonName({ metadata }: KubernetesObject): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`;
}

function refuseForeign(run: Run, what: string, object: KubernetesObject | undefined): void {
  if (object === undefined || isOwnedBy(object, run.object)) return;
  throw invalidSecret(
    run,
    `${what} ${display(object.metadata)} exists and does not belong to this extension: delete or rename one of them`,
  );
}

function invalidSecret(run: Run, message: string): Terminal {
  run.report.condition({ type: 'DataPlaneCertificateProvisioned', status: 'False', reason: 'InvalidSecret', message });
  return new Terminal(message, { reason: 'provisioning' });
}

function tlsOf(secret: KubernetesObject): { readonly pem?: string | undefined; readonly key?: string | undefined } {
  const data = isRecord(secret['data']) ? secret['data'] : {};
  const decoded = (value: unknown): string | undefined =>
    typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
  return { pem: decoded(data['tls.crt']), key: decoded(data['tls.key']) };
}

export async function writeSecret(
  run: Run,
  present: KubernetesObject | undefined,
  issued: IssuedCertificate,
): Promise<void> {
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  const data = {
    'ca.crt': encoded(issued.pem),
    'tls.crt': encoded(issued.pem),
    'tls.key': encoded(issued.key.reveal()),
  };
  const key = inNamespace(run, ownedName(run.object));
  if (present === undefined) {
    const metadata = { ...key, labels: secretLabels, ownerReferences: [ownerReference(run.object)] };
    await run.cluster.create(secretResource, { metadata, type: 'kubernetes.io/tls', data });
    return;
  }
  const { resourceVersion } = present.metadata;
  await run.cluster.patch(secretResource, key, { metadata: { resourceVersion, labels: secretLabels }, data });
}

/** True where the ConfigMap says exactly this. */
export function isWritten(owned: Owned, data: Readonly<Record<string, string>>, record: CertificateRecord): boolean {
  const present = isRecord(owned.configMap?.['data']) ? owned.configMap['data'] : {};
  const same = (a: object, b: object): boolean =>
    JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
  return same(present, data) && JSON.stringify(owned.record) === JSON.stringify(record);
}

/** Writes settings and record where the ConfigMap says anything else, and gives what is owned then. */
export async function writeConfigMap(
  run: Run,
  owned: Owned,
  data: Readonly<Record<string, string>>,
  record: CertificateRecord,
): Promise<Owned> {
  if (isWritten(owned, data, record)) return owned;
  const key = inNamespace(run, ownedName(run.object));
  const annotations = { [recordAnnotation]: JSON.stringify(record) };
  if (owned.configMap === undefined) {
    const metadata = { ...key, labels: configMapLabels, annotations, ownerReferences: [ownerReference(run.object)] };
    return { ...owned, record, configMap: await run.cluster.create(configMapResource, { metadata, data }) };
  }
  const present = isRecord(owned.configMap['data']) ? owned.configMap['data'] : {};
  // A merge patch keeps what it does not name.
  const surplus = Object.fromEntries(
    Object.keys(present)
      .filter((name) => !(name in data))
      .map((name) => [name, null]),
  );
  const { resourceVersion } = owned.configMap.metadata;
  const metadata = { resourceVersion, labels: configMapLabels, annotations };
  const configMap = await run.cluster.patch(configMapResource, key, { metadata, data: { ...surplus, ...data } });
  return { ...owned, record, configMap };
}

function inNamespace(run: Run, name: string): ObjectKey {
  const { namespace } = run.object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}
