import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../lib/engine/objects.ts';
import { isRecord } from '../lib/engine/objects.ts';
import { placeOf } from '../lib/engine/place.ts';
import type { Kind } from '../lib/kinds/define.ts';
import { propertiesOf } from '../lib/kinds/schema.ts';
import * as others from './any-object/others.ts';
import { tags } from './any-object/texts.ts';
import * as traffic from './any-object/traffic.ts';
import { inControlPlane, planeId, service, serviceKind, upstream, upstreamKind } from './memory/core.ts';
import { conditionText, forget, key, konnectCalls, named, settle } from './memory/manifests.ts';
import { applyConsumer, binding, bindingKind, serviceTarget, stageWithControlPlane } from './memory/plugins.ts';
import { namespace, type Stage } from './memory/stage.ts';

/*
 * Objects of any fields that a kind has, in any form that Konnect takes: what was just made is found to be as it should be,
 * and goes without a trace. CRDs let more through than Konnect does, so fields are fitted to each other first.
 */

type Fields = Readonly<Record<string, unknown>>;
type Given = Readonly<Record<string, fc.Arbitrary<unknown>>>;

interface Subject {
  readonly kind: Kind;
  readonly fields: Given;
  /** Fields that are always there. */
  readonly required?: readonly string[];
  readonly fit?: (fields: Fields) => Fields;
  readonly refs: Fields;
  /** The fields are not in a spec. */
  readonly flat?: true;
  readonly untagged?: true;
  /** Fields of which only what the object sets is compared: Konnect fills in the others. */
  readonly blind?: readonly string[];
}

const ofPlane = { controlPlaneRef: inControlPlane };
const ofConsumer = { consumerRef: { name: 'alice' } };
const numberOfRuns = Number(process.env['RUNS'] ?? 20);

const subjects: readonly Subject[] = [
  subject('KongService', traffic.serviceFields, ofPlane, { fit: traffic.fitService, required: ['host'] }),
  subject('KongRoute', traffic.routeFields, ofPlane, { fit: traffic.fitRoute }),
  subject('KongUpstream', traffic.upstreamFields, ofPlane, { fit: fitUpstream }),
  subject('KongTarget', traffic.targetFields, { upstreamRef: { name: 'up' } }, { required: ['target', 'weight'] }),
  subject('KongConsumer', others.consumerFields, ofPlane, { required: ['username'], flat: true }),
  subject('KongConsumerGroup', others.groupFields, ofPlane, { required: ['name'] }),
  subject('KongCredentialACL', others.aclFields, ofConsumer, { required: ['group'] }),
  subject('KongCredentialAPIKey', others.apiKeyFields, ofConsumer, { required: ['key'] }),
  subject('KongCredentialBasicAuth', others.basicAuthFields, ofConsumer, { required: ['username', 'password'] }),
  subject('KongCredentialHMAC', others.hmacFields, ofConsumer, { required: ['username'] }),
  subject('KongCredentialJWT', others.jwtFields, ofConsumer, { fit: others.fitJwt }),
  subject('KongCertificate', others.certificateFields, ofPlane, {
    required: ['cert', 'key'],
    fit: others.fitCertificate,
  }),
  subject('KongCACertificate', others.caCertificateFields, ofPlane, { required: ['cert'] }),
  subject('KongSNI', others.sniFields, { certificateRef: { name: 'cert' } }, { required: ['name'] }),
  subject('KongKey', others.keyFields, ofPlane, { required: ['kid', 'pem'], fit: others.fitKey }),
  subject('KongKeySet', others.keySetFields, ofPlane, { required: ['name'] }),
  subject('KongVault', others.vaultFields, ofVault(), {
    required: ['backend', 'prefix'],
    fit: others.fitVault,
    blind: ['config'],
  }),
  subject(
    'KongPlugin',
    others.pluginFields,
    {},
    { required: ['plugin'], fit: others.fitPlugin, flat: true, untagged: true },
  ),
  subject('KongDataPlaneClientCertificate', others.caCertificateFields, ofPlane, {
    required: ['cert'],
    untagged: true,
  }),
];

let stage: Stage;

beforeAll(async () => {
  stage = await stageWithControlPlane();
  stage.cluster.user.apply(serviceKind.resource, service());
  await settle(stage, serviceKind, 'svc');
  stage.cluster.user.apply(upstreamKind.resource, upstream());
  await settle(stage, upstreamKind, 'up');
  applyConsumer(stage);
  await settle(stage, named('KongConsumer'), 'alice');
  const certificate = named('KongCertificate');
  const { cert, key: secret } = others.certificate;
  stage.cluster.user.apply(certificate.resource, {
    metadata: { name: 'cert', namespace },
    spec: { ...ofPlane, cert, key: secret },
  });
  await settle(stage, certificate, 'cert');
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

describe.each(subjects.map((one) => [one.kind.resource.kind, one] as const))('%s of any fields', (_, one) => {
  it('is made, found to be as it should be, and goes', { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(fieldsOf(one), tags, tags, async (given, specTags, annotated) => {
      const before = everything();
      const made = apply(one, one.fit?.(given) ?? given, specTags, annotated);
      forget(stage);

      for (const { kind, name } of made) expect(await stage.reconcile(kind, name)).toEqual({ is: 'done' });
      for (const { kind, name } of made) await stage.reconcile(kind, name, { cause: 'dependency' });
      for (const { kind, name } of made) {
        expect(conditionText(stage.object(kind, name), 'Programmed')).toMatch(/^True Programmed/);
      }
      forget(stage);

      for (const { kind, name } of made)
        expect(await stage.reconcile(kind, name, { cause: 'drift' })).toEqual({ is: 'done' });
      expect(
        konnectCalls(stage).filter((call) => !call.startsWith('GET')),
        stage.logs.at(-1),
      ).toEqual([]);
      expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);

      await removed(made);
      expect(everything()).toEqual(before);
    });
    await fc.assert(property, { numRuns: numberOfRuns, endOnFailure: true });
  });

  it.skipIf(entityKind(one).core === undefined)(
    'is put right, whichever of its fields somebody changes in Konnect',
    {
      timeout: 60_000,
    },
    async () => {
      const property = fc.asyncProperty(fieldsOf(one), fieldsOf(one), tags, async (given, other, specTags) => {
        const made = apply(one, one.fit?.(given) ?? given, specTags, []);
        for (const { kind, name } of made) expect(await stage.reconcile(kind, name)).toEqual({ is: 'done' });
        const before = entityOf(one);

        for (const [field, value] of Object.entries(one.fit?.(other) ?? other)) {
          if (!(field in given) || one.blind?.includes(field) || !change(one, field, value)) continue;
          for (const { kind, name } of made) await stage.reconcile(kind, name, { cause: 'drift' });
          expect(entityOf(one), field).toEqual(before);
        }
        await removed(made);
      });
      await fc.assert(property, { numRuns: numberOfRuns, endOnFailure: true });
    },
  );

  it('leaves no field of the schema out', () => {
    const known = propertiesOf(one.flat ? one.kind.schema : (propertiesOf(one.kind.schema)['spec'] ?? one.kind.schema));
    const fields = [...Object.keys(one.fields), ...Object.keys(one.refs), 'tags', 'adopt', 'status', 'spec'];
    expect(Object.keys(known).filter((field) => !fields.includes(field) && !(field in elsewhere))).toEqual([]);
  });
});

/** Fields that are references, with the file that has their tests. */
const elsewhere: Fields = {
  serviceRef: 'parents',
  keySetRef: 'parents',
  credentials: 'kong-consumer/credentials',
  consumerGroups: 'groups',
  type: 'certificate-source',
  secretRef: 'certificate-source',
  secretRefAlt: 'certificate-source',
  configFrom: 'kong-plugin-binding/secrets',
  configPatches: 'kong-plugin-binding/secrets',
};

function subject(kind: string, fields: Given, refs: Fields, more: Partial<Subject> = {}): Subject {
  return { kind: named(kind), fields, refs, ...more };
}

function ofVault(): Fields {
  return { controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp', namespace } } };
}

/** The certificate that the upstream shows is one that is there. */
function fitUpstream(fields: Fields): Fields {
  const id = placeOf(stage.object(named('KongCertificate'), 'cert'))?.id;
  const fitting = traffic.fitUpstream(fields);
  return 'client_certificate' in fitting ? { ...fitting, client_certificate: { id } } : fitting;
}

function fieldsOf({ fields, required = [] }: Subject): fc.Arbitrary<Fields> {
  return fc.record(fields, { requiredKeys: Object.keys(fields).filter((field) => required.includes(field)) });
}

/** The entity without what changes by itself, passwords, which are hashed, and the white space of PEM. */
function entityOf(one: Subject): Fields {
  const { collection, id } = whereIs(entityKind(one));
  const entity = stage.konnect.entities(planeId(stage), collection).find((one) => one.id === id);
  const { updated_at: _, password: __, ...fields }: Fields = entity ?? {};
  const compact = (value: unknown) =>
    String(value).includes('-----BEGIN ') ? String(value).replaceAll(/\s/g, '') : value;
  return JSON.parse(
    JSON.stringify(fields, (___, value: unknown) => (typeof value === 'string' ? compact(value) : value)),
  );
}

function whereIs(kind: Kind): { readonly collection: string; readonly id: string } {
  const object = stage.cluster.user.find(kind.resource, kind.resource.namespaced ? key('any') : { name: 'any' });
  const id = (object && placeOf(object)?.id) ?? '';
  const collection = others.collections.find((name) =>
    stage.konnect.entities(planeId(stage), name).some((entity) => entity.id === id),
  );
  return { collection: collection ?? '', id };
}

/** The kind whose object is the entity. */
function entityKind({ kind }: Subject): Kind {
  return kind === named('KongPlugin') ? bindingKind : kind;
}

/** False where the value is as it was, Konnect would not take it, or can not tell. */
function change(one: Subject, field: string, value: unknown): boolean {
  const { collection, id } = whereIs(entityKind(one));
  try {
    stage.konnect.patchEntity(planeId(stage), collection, id, { [field]: value });
    return true;
  } catch {
    return false;
  }
}

interface Made {
  readonly kind: Kind;
  readonly name: string;
}

function apply(
  { kind, refs, flat, untagged }: Subject,
  fields: Fields,
  specTags: unknown,
  annotated: readonly string[],
) {
  const place = kind.resource.namespaced ? { namespace } : {};
  const annotations = { 'konghq.com/tags': annotated.slice(0, 3).join(',') };
  const metadata = { name: 'any', ...place, annotations };
  const spec = { ...refs, ...(untagged ? {} : { tags: specTags }) };
  const isPlugin = kind === named('KongPlugin');
  const whole = flat ? { ...fields, ...(isPlugin ? {} : { spec }) } : { spec: { ...fields, ...spec } };
  stage.cluster.user.apply(kind.resource, { metadata, ...whole });
  if (!isPlugin) return [{ kind, name: 'any' }];
  const pluginRef = { kind: 'KongPlugin', name: 'any' };
  stage.cluster.user.apply(bindingKind.resource, binding({ pluginRef, targets: serviceTarget() }, 'any'));
  return [
    { kind: bindingKind, name: 'any' },
    { kind, name: 'any' },
  ];
}

async function removed(made: readonly Made[]): Promise<void> {
  for (const { kind, name } of made) {
    stage.cluster.user.remove(kind.resource, kind.resource.namespaced ? key(name) : { name });
    expect(await stage.reconcile(kind, name)).toEqual({ is: 'done' });
  }
}

function everything(): readonly unknown[] {
  const { konnect, cluster } = stage;
  const plane = planeId(stage);
  const entities = others.collections.flatMap((collection) => konnect.entities(plane, collection).map(({ id }) => id));
  const uploaded = konnect.certificates(plane).map((certificate) => (isRecord(certificate) ? certificate['id'] : ''));
  return [
    entities,
    uploaded,
    cluster.user.objects.map(({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`),
  ];
}
