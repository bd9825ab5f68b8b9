import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../lib/engine/objects.ts';
import { adoptByMatchOnly, adoptFixed } from '../lib/kinds/adopt-fields.ts';
import type { Kind } from '../lib/kinds/define.ts';
import { secretRules as authorityRules } from '../lib/kinds/kong-ca-certificate/schema.ts';
import { secretRules as certificateRules } from '../lib/kinds/kong-certificate/schema.ts';
import { networkObjectRef } from '../lib/kinds/konnect-cloud-gateway-data-plane-group-configuration/schema.ts';
import { mirrorRules } from '../lib/kinds/konnect-gateway-control-plane/schema.ts';
import type { CelRule } from '../lib/kinds/schema.ts';

/** Something that our CRDs have beyond those that they are compatible with. */
export interface Addition {
  readonly reason: string;
  readonly kinds: (kind: Kind) => boolean;
  /** Where it is: names of fields, `[]` for the items of a list. */
  readonly path: string;
  readonly properties?: readonly string[];
  /** Further words of a field that is one of several. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: readonly CelRule[];
  /** Fields that the others require, and ours only by a rule. */
  readonly stillRequired?: readonly string[];
}

/** What ours have beyond Kong's, and why. Manifests of Kong's do not notice. */
export const additions: readonly Addition[] = [
  {
    reason: 'an entity that exists already can be taken over, as in later versions of the operator',
    kinds: ({ core, resource }) => core !== undefined || resource.kind.startsWith('KonnectCloudGateway'),
    path: 'spec',
    properties: ['adopt'],
    rules: [adoptFixed],
  },
  {
    reason: 'what exists already can be taken over, and what can not be changed has to match',
    kinds: ({ resource }) => resource.kind === 'KongDataPlaneClientCertificate',
    path: 'spec',
    properties: ['adopt'],
    rules: [adoptFixed, adoptByMatchOnly],
  },
  {
    reason: 'a certificate can stand in a Secret, as in later versions of the operator',
    kinds: ({ resource }) => resource.kind === 'KongCertificate',
    path: 'spec',
    properties: ['type', 'secretRef', 'secretRefAlt'],
    rules: certificateRules,
    stillRequired: ['cert', 'key'],
  },
  {
    reason: 'the certificate of an authority can stand in a Secret, as in later versions of the operator',
    kinds: ({ resource }) => resource.kind === 'KongCACertificate',
    path: 'spec',
    properties: ['type', 'secretRef'],
    rules: authorityRules,
    stillRequired: ['cert'],
  },
  {
    reason: 'a control plane that exists already can be mirrored, as in later versions of the operator',
    kinds: ({ resource }) => resource.kind === 'KonnectGatewayControlPlane',
    path: 'spec',
    properties: ['source', 'mirror'],
    rules: mirrorRules,
    stillRequired: ['name'],
  },
  {
    reason: 'what kind of control plane a mirrored one is, only Konnect can say',
    kinds: ({ resource }) => resource.kind === 'KonnectGatewayControlPlane',
    path: 'status',
    properties: ['clusterType'],
  },
  {
    reason: 'a network can be named by its object, as in version 1.5.1 of the operator',
    kinds: ({ resource }) => resource.kind === 'KonnectCloudGatewayDataPlaneGroupConfiguration',
    path: 'spec.dataplane_groups.[].networkRef',
    properties: [networkObjectRef.field],
    words: { type: networkObjectRef.types },
    rules: networkObjectRef.rules,
  },
];

/** The CRD as it would be without the addition. */
export function takenOut(crd: unknown, addition: Addition): unknown {
  const path = ['spec', 'versions', '0', 'schema', 'openAPIV3Schema'];
  const steps = addition.path.split('.').flatMap((step) => (step === '[]' ? ['items'] : ['properties', step]));
  return at(crd, [...path, ...steps], (schema) => reduced(schema, addition));
}

function at(value: unknown, [step, ...rest]: readonly string[], change: (found: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (String(index) === step ? at(item, rest, change) : item));
  }
  if (!isRecord(value) || value[step] === undefined) return value;
  return { ...value, [step]: at(value[step], rest, change) };
}

function reduced(schema: unknown, { properties = [], words = {}, rules = [], stillRequired = [] }: Addition): unknown {
  if (!isRecord(schema)) return schema;
  const { required, 'x-kubernetes-validations': validations, properties: fields, ...rest } = schema;
  const kept = without(validations, (rule) => rules.some((added) => isDeepStrictEqual(added, rule)));
  const needed = [...(Array.isArray(required) ? required : []), ...stillRequired].toSorted();
  return {
    ...rest,
    ...(needed.length > 0 && { required: needed }),
    ...(kept.length > 0 && { 'x-kubernetes-validations': kept }),
    properties: Object.fromEntries(
      Object.entries(isRecord(fields) ? fields : {})
        .filter(([name]) => !properties.includes(name))
        .map(([name, field]) => [name, withoutWords(field, words[name])]),
    ),
  };
}

function withoutWords(field: unknown, words: readonly string[] = []): unknown {
  if (words.length === 0 || !isRecord(field)) return field;
  return { ...field, enum: without(field['enum'], (word) => words.includes(String(word))) };
}

function without(list: unknown, isAdded: (item: unknown) => boolean): readonly unknown[] {
  return Array.isArray(list) ? list.filter((item: unknown) => !isAdded(item)) : [];
}
