import { isRecord, keyOf, secretResource } from '../../../../lib/engine/objects.ts';
import { firstOf } from '../../../contract/scene.ts';
import { ownCertificate } from '../../../journey/certificates.ts';
import { editUnprogrammed } from './edits.ts';
import { documentsOf, firstSpec } from './own.ts';
import { type Ends, framed, type Setting, type Step } from './step.ts';

const day = 86_400_000;
const operation = 'rotate-certificate';
const secretName = 'certificate';
const [first, second] = [await authority(), await authority()];

/** Of an authority, so that it will do wherever a certificate stands. */
async function authority() {
  const { certificate: cert, key } = await ownCertificate(3650, { isAuthority: true });
  return { cert, key };
}

/** A new certificate in place of the one that is there: by its age, or because somebody writes it into the object. */
export function rotationSteps(setting: Setting): readonly Step[] {
  const { world, courier, kind } = setting;
  if (kind.lane === 'extension') {
    return [
      {
        operation,
        async act() {
          world.now = new Date(world.now.getTime() + 340 * day);
          await courier.recheck((one) => one === kind);
        },
      },
    ];
  }
  const spec = firstSpec(setting);
  if (!('cert' in spec)) return [];
  // Konnect can not change a data plane certificate, so its object is fixed while it is programmed.
  if (kind.core === undefined) return [{ operation, act: () => editUnprogrammed(setting, { cert: first.cert }) }];
  const patch = { spec: 'key' in spec ? first : { cert: first.cert } };
  return [
    {
      operation,
      act: async () => void (await world.admin.patch(kind.resource, keyOf(await firstOf(world, kind)), patch)),
    },
  ];
}

/** The life of objects whose certificate is in a Secret, and follows it. */
export function inSecretLife(setting: Setting, { remove }: Ends): readonly (readonly Step[])[] {
  const { world, kind } = setting;
  if (!('cert' in firstSpec(setting)) || !JSON.stringify(kind.schema()).includes('"secretRef"')) return [];
  const key = { namespace: world.namespace, name: secretName };
  const create: Step = {
    operation: 'create',
    act: async () => void (await world.apply([secretOf(first), ...inSecret(setting)].map(asText).join('\n---\n'))),
  };
  const gone: Step = {
    ...remove,
    async act() {
      await remove.act();
      await world.admin.delete(secretResource, key);
    },
  };
  const rotate: Step = {
    operation: 'rotate-certificate-in-secret',
    act: async () => void (await world.admin.patch(secretResource, key, { data: dataOf(second) })),
  };
  const [made, ...rest] = framed({ create, remove: gone }, 'with-secret', [rotate]);
  // Reading the Secret is what differs from the creation of the others.
  return made === undefined ? [] : [[{ ...made, tried: isOfSecret }, ...rest]];
}

function isOfSecret(call: string): boolean {
  return call.startsWith('kubernetes.get-secrets.');
}

/** The kind's own objects, the first of them with its certificate in the Secret. */
function inSecret({ own, kind }: Setting): readonly unknown[] {
  const documents = documentsOf(own);
  const at = documents.findIndex((object) => object.kind === kind.resource.kind);
  return documents.map((object, index) => {
    if (index !== at || !isRecord(object.spec)) return object;
    const { cert: _, key: __, ...spec } = object.spec;
    return { ...object, spec: { ...spec, type: 'secretRef', secretRef: { name: secretName } } };
  });
}

function secretOf(pair: typeof first): unknown {
  const metadata = { name: secretName, namespace: 'default' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: dataOf(pair) };
}

/** As cert-manager makes one: with the authority beside the certificate. */
function dataOf({ cert, key }: typeof first): Readonly<Record<string, string>> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return { 'tls.crt': base64(cert), 'tls.key': base64(key), 'ca.crt': base64(cert) };
}

function asText(value: unknown): string {
  return JSON.stringify(value);
}
