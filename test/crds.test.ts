import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findKinds } from '../infra/generate/kinds.ts';
import { toOpenApi } from '../infra/generate/openapi.ts';
import { crdPath, outputsOf } from '../infra/generate/outputs.ts';
import { isRecord } from '../lib/engine/objects.ts';
import {
  controlPlaneOfOwnNamespace,
  controlPlaneRef,
  controlPlaneRequiredOnceSet,
  frozenWhileProgrammed,
  kicRefused,
  konnectConfiguration,
  konnectIdRefused,
  localRef,
  nameRef,
  tags,
} from '../lib/kinds/ref-fields.ts';
import { freeForm, int64, list, listSet, mapOf, optional, text } from '../lib/kinds/schema.ts';
import { entityStatus } from '../lib/kinds/status-fields.ts';
import { type Addition, additions, takenOut } from './additions.ts';
import { differences, withoutDescriptions } from './differences.ts';

/*
 * Manifests written for Kong's CRDs must work unchanged with ours, so the two are compared field by field. Kong's CRDs
 * are not part of this repository: KONG_CRDS_DIR names a folder with them.
 */

const root = join(import.meta.dirname, '..');
const kongFolder = process.env['KONG_CRDS_DIR'] ?? join(root, '../shared/kong-crds');
const isThere = existsSync(kongFolder);
const skipped = `Kong's CRDs are not at ${kongFolder}: set KONG_CRDS_DIR to compare with them`;

/** Where ours may differ, and why. */
const allowed = [
  { path: 'metadata.annotations', reason: "Kong's annotations name a release channel and version of its own" },
];

const kinds = await findKinds(root);
const outputs = await outputsOf(root);

it.runIf(process.env['CI'] === 'true')("has Kong's CRDs to compare with", () => {
  expect(isThere, skipped).toBe(true);
});

describe.skipIf(!isThere)(isThere ? "the CRDs are Kong's" : skipped, () => {
  it.for(kinds.map(({ kind }) => [kind.resource.kind, kind] as const))('%s', async ([, { resource }], { annotate }) => {
    const ours = withoutDescriptions(withoutAdditions(resource.kind, parse(outputs.get(crdPath(resource)) ?? '')));
    const found = differences(ours, withoutDescriptions(kongCrd(`${resource.group}_${resource.plural}`)));
    expect(found.filter((difference) => !allowed.some(({ path }) => difference.startsWith(path)))).toEqual([]);
    for (const { path, reason, properties = [] } of additionsOf(resource.kind)) {
      await annotate(`${resource.kind} ${path}: ours has ${properties.join(', ')} beyond Kong's: ${reason}`);
    }
  });
});

describe.skipIf(!isThere)(isThere ? "the shared fields are those of Kong's configuration kinds" : skipped, () => {
  it.each([
    ['kongservices', 'spec.controlPlaneRef', controlPlaneRef('R.', konnectIdRefused)],
    ['kongservices', 'spec.tags', tags()],
    ['kongservices', 'spec.port', int64('P.')],
    ['kongservices', 'status', entityStatus({})],
    ['kongroutes', 'status', entityStatus({ serviceID: optional(text('S.')) })],
    ['kongroutes', 'spec.headers', mapOf('H.', list('V.', text('V.')))],
    ['kongconsumers', 'status', entityStatus({}, {})],
    ['kongconsumers', 'credentials', listSet('C.', text('C.'))],
    ['kongsnis', 'spec.certificateRef', nameRef('C.', 'N.', { minLength: 1 })],
    ['kongtargets', 'spec.upstreamRef', nameRef('U.', 'N.')],
    ['kongcredentialacls', 'spec.consumerRef', localRef('C.')],
    ['kongvaults', 'spec.config', freeForm('C.')],
  ])('%s: %s', (plural, path, schema) => {
    const theirs = fieldAt(kongSchema(`configuration.konghq.com_${plural}`), path);
    expect(differences(withoutDescriptions(toOpenApi(schema, path)), withoutDescriptions(theirs))).toEqual([]);
  });

  it('konnectcloudgatewaynetworks: spec.konnect', () => {
    const theirs = fieldAt(kongSchema('konnect.konghq.com_konnectcloudgatewaynetworks'), 'spec.konnect');
    const ours = toOpenApi(konnectConfiguration('K.'), 'spec.konnect');
    expect(differences(withoutDescriptions(ours), withoutDescriptions(theirs))).toEqual([]);
  });

  it('kongcacertificates: rules', () => {
    const schema = kongSchema('configuration.konghq.com_kongcacertificates');
    expect(rulesOf(schema)).toEqual(
      expect.arrayContaining([
        controlPlaneRequiredOnceSet,
        controlPlaneOfOwnNamespace,
        frozenWhileProgrammed('spec.controlPlaneRef'),
      ]),
    );
    expect(rulesOf(fieldAt(schema, 'spec'))).toContainEqual(kicRefused);
  });
});

describe('the comparison', () => {
  it('takes out only what is an addition, and each is there to be taken out', () => {
    for (const addition of additions) {
      const having = kinds.filter(({ kind }) => addition.kinds(kind));
      expect(having.length, addition.reason).toBeGreaterThan(0);
      for (const { kind } of having) {
        const crd: unknown = parse(outputs.get(crdPath(kind.resource)) ?? '');
        expect(differences(takenOut(crd, addition), crd), `${kind.resource.kind}: ${addition.reason}`).not.toEqual([]);
      }
    }
  });

  it('says where two CRDs differ and how', () => {
    const ours = { spec: { a: [1, 2], same: { deep: true }, description: 'of the schema' } };
    const theirs = { spec: { a: [1, '2', 3], same: { deep: true }, properties: { description: { type: 'string' } } } };
    expect(differences(withoutDescriptions(ours), withoutDescriptions(theirs))).toEqual([
      'spec.a[1]: ours 2 / theirs "2"',
      'spec.a[2]: ours nothing / theirs 3',
      'spec.properties: ours nothing / theirs {"description":{"type":"string"}}',
    ]);
  });
});

function withoutAdditions(kindName: string, crd: unknown): unknown {
  return additionsOf(kindName).reduce(takenOut, crd);
}

function additionsOf(kindName: string): readonly Addition[] {
  const found = kinds.find(({ kind }) => kind.resource.kind === kindName);
  return additions.filter((addition) => found !== undefined && addition.kinds(found.kind));
}

function kongCrd(name: string): unknown {
  return parse(readFileSync(join(kongFolder, `${name}.yaml`), 'utf8'));
}

function kongSchema(name: string): unknown {
  const crd = kongCrd(name);
  const versions = isRecord(crd) && isRecord(crd['spec']) ? crd['spec']['versions'] : undefined;
  const version: unknown = Array.isArray(versions) ? versions[0] : undefined;
  const schema = isRecord(version) ? version['schema'] : undefined;
  return isRecord(schema) ? schema['openAPIV3Schema'] : undefined;
}

function fieldAt(schema: unknown, path: string): unknown {
  return path.split('.').reduce((at, field) => {
    const properties = isRecord(at) ? at['properties'] : undefined;
    if (!isRecord(properties) || properties[field] === undefined) throw new Error(`Kong's CRD has no field ${path}`);
    return properties[field];
  }, schema);
}

function rulesOf(schema: unknown): unknown {
  return isRecord(schema) ? schema['x-kubernetes-validations'] : undefined;
}
