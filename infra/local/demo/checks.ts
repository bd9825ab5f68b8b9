import { X509Certificate } from 'node:crypto';
import { isRecord, type KubernetesObject, secretResource, statusOf, statusText } from '../../../lib/engine/objects.ts';
import type { Lane } from '../../../lib/kinds/define.ts';
import { textAt } from '../../../lib/kinds/fields.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import { type Stack, storyToken, tokenSecretPrefix } from '../stack.ts';

/** One thing that the demo says, and whether it was seen to be so. */
export interface Check {
  readonly passed: boolean;
  readonly text: string;
}

/** The extension's status, as lines. */
export async function describeExtension(stack: Stack): Promise<string> {
  const { konnect, dataPlaneClientAuth } = statusOf(await extension(stack));
  return [
    'my-konnect-config:',
    `  control plane       ${textAt(konnect, 'controlPlaneID')}`,
    `  cluster type        ${textAt(konnect, 'clusterType')}`,
    `  config endpoint     ${textAt(konnect, 'endpoints', 'controlPlane')}`,
    `  telemetry endpoint  ${textAt(konnect, 'endpoints', 'telemetry')}`,
    `  certificate Secret  ${textAt(dataPlaneClientAuth, 'certificateSecretRef', 'name')}`,
    '',
  ].join('\n');
}

/** The certificate that data planes mount is the one that Konnect pins, on the control plane that the objects name. */
export async function certificateChecks(stack: Stack): Promise<readonly Check[]> {
  const { konnect, dataPlaneClientAuth } = statusOf(await extension(stack));
  const controlPlane = await object(stack, 'control-plane', 'gateway-control-plane');
  const id = textAt(konnect, 'controlPlaneID') ?? '';
  const name = textAt(dataPlaneClientAuth, 'certificateSecretRef', 'name') ?? '';
  const secret = await stack.admin.get(secretResource, { namespace: 'default', name });
  const mounted = fingerprint(Buffer.from(textAt(secret, 'data', 'tls.crt') ?? '', 'base64').toString());
  const pinned = stack.konnect.certificates(id).map(({ cert }) => fingerprint(cert));
  return [
    check(
      statusText(controlPlane, 'id') === id && id !== '',
      'the extension names the control plane that its object made',
    ),
    check(
      stack.konnect.controlPlanes().filter((one) => one.name === 'gateway-control-plane').length === 1,
      'Konnect has one control plane of that name',
    ),
    check(pinned.length === 1 && pinned[0] === mounted, `certificate in the Secret ${mounted}`),
    check(pinned.length === 1 && pinned[0] === mounted, `certificate in Konnect    ${pinned.join(', ')}`),
  ];
}

/** Where the token is, and where it is not. */
export async function tokenChecks(stack: Stack, objects: readonly KubernetesObject[]): Promise<readonly Check[]> {
  const stored = stack.secrets.secrets().filter((secret) => JSON.stringify(secret).includes(storyToken));
  const expected = stored.length === 1 && stored[0]?.name.startsWith(`${tokenSecretPrefix}/`) === true;
  return [
    check(expected, `token in Secrets Manager: yes (${stored.map(({ name }) => name).join(', ')})`),
    ...absenceChecks(stack, 'token', storyToken, objects),
  ];
}

/** That a secret value is nowhere on its way to Konnect. `what` is how the lines name it. */
export function absenceChecks(
  stack: Stack,
  what: string,
  value: string,
  objects: readonly KubernetesObject[],
): readonly Check[] {
  const sent = stack.queues.sent.map((message) => JSON.stringify(message)).join('\n');
  const logs = [...stack.functions.logs.map(({ text }) => text), ...(stack.forwarder?.lines ?? [])].join('\n');
  const absent = (where: string, text: string): Check =>
    check(text !== '' && !text.includes(value), `${what} in ${where}: no`);
  return [
    absent('the queues', sent),
    absent('the logs of functions and forwarder', logs),
    absent('the status of any object', JSON.stringify(objects.map(({ status }) => status))),
  ];
}

async function extension(stack: Stack): Promise<KubernetesObject> {
  return object(stack, 'extension', 'my-konnect-config');
}

async function object(stack: Stack, lane: Lane, name: string): Promise<KubernetesObject> {
  const resource = kinds.find((kind) => kind.lane === lane)?.resource;
  const found = resource && (await stack.admin.get(resource, { namespace: 'default', name }));
  if (!isRecord(found)) throw new Error(`default/${name} of lane ${lane} is gone`);
  return found as KubernetesObject;
}

function fingerprint(pem: string): string {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    // Shown as what it is: a line that fails its check.
    return 'not a certificate';
  }
}

export function check(passed: boolean, text: string): Check {
  return { passed, text };
}
