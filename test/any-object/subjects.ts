import type fc from 'fast-check';
import type { Kind } from '../../lib/kinds/define.ts';
import { inControlPlane } from '../memory/core.ts';
import { named } from '../memory/manifests.ts';
import { namespace } from '../memory/stage.ts';
import * as kept from './kept.ts';
import * as others from './others.ts';
import * as traffic from './traffic.ts';

/* Each kind with its fields, and what they need to fit together. */

type Fields = Readonly<Record<string, unknown>>;
type Given = Readonly<Record<string, fc.Arbitrary<unknown>>>;

export interface Subject {
  readonly kind: Kind;
  readonly fields: Given;
  /** Fields that are always there. */
  readonly required?: readonly string[];
  readonly fit?: (fields: Fields) => Fields;
  readonly refs: Fields;
  /** The fields are not in a spec. */
  readonly flat?: true;
  readonly untagged?: true;
  /** How Konnect calls the fields, where it does otherwise. */
  readonly told?: kept.Told;
  /** Fields of which only what the object sets is compared: Konnect fills in the others. */
  readonly blind?: readonly string[];
}

const ofPlane = { controlPlaneRef: inControlPlane };
const ofConsumer = { consumerRef: { name: 'alice' } };
export const subjects: readonly Subject[] = [
  subject('KongService', traffic.serviceFields, ofPlane, {
    fit: traffic.fitService,
    required: ['host'],
    told: kept.toldOfService,
  }),
  subject('KongRoute', traffic.routeFields, ofPlane, { fit: traffic.fitRoute }),
  subject('KongUpstream', traffic.upstreamFields, ofPlane, { fit: traffic.fitUpstream, told: kept.toldOfUpstream }),
  subject(
    'KongTarget',
    traffic.targetFields,
    { upstreamRef: { name: 'up' } },
    {
      required: ['target', 'weight'],
      told: kept.toldOfTarget,
    },
  ),
  subject('KongConsumer', others.consumerFields, ofPlane, { required: ['username'], flat: true }),
  subject('KongConsumerGroup', others.groupFields, ofPlane, { required: ['name'] }),
  subject('KongCredentialACL', others.aclFields, ofConsumer, { required: ['group'] }),
  subject('KongCredentialAPIKey', others.apiKeyFields, ofConsumer, { required: ['key'] }),
  subject('KongCredentialBasicAuth', others.basicAuthFields, ofConsumer, {
    required: ['username', 'password'],
    told: kept.toldOfCredential,
  }),
  subject('KongCredentialHMAC', others.hmacFields, ofConsumer, {
    required: ['username'],
    told: kept.toldOfCredential,
  }),
  subject('KongCredentialJWT', others.jwtFields, ofConsumer, { fit: others.fitJwt, told: kept.toldOfCredential }),
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
    told: kept.toldOfVault,
    blind: ['config'],
  }),
  subject(
    'KongPlugin',
    others.pluginFields,
    {},
    {
      required: ['plugin'],
      fit: others.fitPlugin,
      told: kept.toldOfPlugin,
      blind: ['config'],
      flat: true,
      untagged: true,
    },
  ),
  subject('KongDataPlaneClientCertificate', others.caCertificateFields, ofPlane, {
    required: ['cert'],
    untagged: true,
  }),
];

/** Fields that are references, with the file that has their tests. */
export const elsewhere: Fields = {
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
