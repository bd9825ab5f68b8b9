import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { propertiesOf } from '../lib/kinds/schema.ts';
import { apply, change, entityKind, entityOf, everything, fieldsOf, lost, removed } from './any-object/actions.ts';
import { certificate } from './any-object/others.ts';
import { elsewhere, subjects } from './any-object/subjects.ts';
import { tags } from './any-object/texts.ts';
import { inControlPlane, service, serviceKind, upstream, upstreamKind } from './memory/core.ts';
import { conditionText, forget, konnectCalls, named, settle } from './memory/manifests.ts';
import { applyConsumer, stageWithControlPlane } from './memory/plugins.ts';
import { namespace, type Stage } from './memory/stage.ts';

/*
 * Objects of any fields that a kind has, in any form that Konnect takes: what was just made is found to be as it should be,
 * and goes without a trace. CRDs let more through than Konnect does, so fields are fitted to each other first.
 */

const numberOfRuns = Number(process.env['RUNS'] ?? 8);

let stage: Stage;

beforeAll(async () => {
  stage = await stageWithControlPlane();
  stage.cluster.user.apply(serviceKind.resource, service());
  await settle(stage, serviceKind, 'svc');
  stage.cluster.user.apply(upstreamKind.resource, upstream());
  await settle(stage, upstreamKind, 'up');
  applyConsumer(stage);
  await settle(stage, named('KongConsumer'), 'alice');
  const certificates = named('KongCertificate');
  const { cert, key } = certificate;
  stage.cluster.user.apply(certificates.resource, {
    metadata: { name: 'cert', namespace },
    spec: { controlPlaneRef: inControlPlane, cert, key },
  });
  await settle(stage, certificates, 'cert');
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

describe.each(subjects.map((one) => [one.kind.resource.kind, one] as const))('%s of any fields', (_, one) => {
  it('T22 is made with all its fields, found to be as it should be, and goes', { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(fieldsOf(one), tags, tags, async (given, specTags, annotated) => {
      const before = everything(stage);
      const fields = one.fit?.(given) ?? given;
      const made = apply(stage, one, fields, specTags, annotated);
      forget(stage);

      for (const { kind, name } of made) expect(await stage.reconcile(kind, name)).toEqual({ is: 'done' });
      for (const { kind, name } of made) await stage.reconcile(kind, name, { cause: 'dependency' });
      for (const { kind, name } of made) {
        expect(conditionText(stage.object(kind, name), 'Programmed')).toMatch(/^True Programmed/);
      }
      expect(lost(stage, one, fields)).toEqual([]);
      forget(stage);

      for (const { kind, name } of made)
        expect(await stage.reconcile(kind, name, { cause: 'drift' })).toEqual({ is: 'done' });
      expect(
        konnectCalls(stage).filter((call) => !call.startsWith('GET')),
        stage.logs.at(-1),
      ).toEqual([]);
      expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);

      await removed(stage, made);
      expect(everything(stage)).toEqual(before);
    });
    await fc.assert(property, { numRuns: numberOfRuns, endOnFailure: true });
  });

  it.skipIf(entityKind(one).core === undefined)(
    'T22 is put right, whichever of its fields somebody changes in Konnect',
    {
      timeout: 60_000,
    },
    async () => {
      const property = fc.asyncProperty(fieldsOf(one), fieldsOf(one), tags, async (given, other, specTags) => {
        const made = apply(stage, one, one.fit?.(given) ?? given, specTags, []);
        for (const { kind, name } of made) expect(await stage.reconcile(kind, name)).toEqual({ is: 'done' });
        const before = entityOf(stage, one);

        for (const [field, value] of Object.entries(one.fit?.(other) ?? other)) {
          if (!(field in given) || one.blind?.includes(field) || !change(stage, one, field, value)) continue;
          for (const { kind, name } of made) await stage.reconcile(kind, name, { cause: 'drift' });
          expect(entityOf(stage, one), field).toEqual(before);
        }
        await removed(stage, made);
      });
      await fc.assert(property, { numRuns: numberOfRuns, endOnFailure: true });
    },
  );

  it('T22 leaves no field of the schema out', () => {
    const known = propertiesOf(
      one.flat ? one.kind.schema() : (propertiesOf(one.kind.schema())['spec'] ?? one.kind.schema()),
    );
    const fields = [...Object.keys(one.fields), ...Object.keys(one.refs), 'tags', 'adopt', 'status', 'spec'];
    expect(Object.keys(known).filter((field) => !fields.includes(field) && !(field in elsewhere))).toEqual([]);
  });
});
