import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRecord } from '../lib/engine/objects.ts';
import { lacking } from './any-object/kept.ts';
import {
  configuration,
  configurationKind,
  configurations,
  group,
  network,
  networkKind,
  networkStage,
  networks,
  passMinutes,
} from './memory/cloud.ts';
import { forget, key, konnectCalls } from './memory/manifests.ts';
import type { Stage } from './memory/stage.ts';

/* Networks and data planes of any fields: what was just made is found to be as it should be, and goes without a trace. */

type Fields = Readonly<Record<string, unknown>>;

const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

const autoscale = fc.oneof(
  fc
    .record(
      { base_rps: fc.integer({ min: 1, max: 1000 }), max_rps: fc.integer({ min: 1000, max: 9000 }) },
      { requiredKeys: ['base_rps'] },
    )
    .map((autopilot) => ({ type: 'autopilot', autopilot })),
  fc
    .record({
      instance_type: fc.constantFrom('small', 'medium', 'large'),
      requested_instances: fc.integer({ min: 1, max: 9 }),
    })
    .map((fixed) => ({ type: 'static', static: fixed })),
);
const environment = fc.uniqueArray(
  fc.record({ name: fc.stringMatching(/^KONG_[A-Z]{2,8}$/), value: fc.stringMatching(/^[ -~]{1,63}$/) }),
  { maxLength: 4, selector: ({ name }) => name },
);
const groups = fc.uniqueArray(fc.record({ autoscale, environment }, { requiredKeys: ['autoscale'] }).map(group), {
  minLength: 1,
  maxLength: 3,
  selector: (one) => JSON.stringify(one),
});
const data = fc.record({
  version: fc.constantFrom('3.9', '3.10'),
  api_access: fc.constantFrom('private', 'public', 'private+public'),
  dataplane_groups: groups,
});

/** Konnect has one object for the ways to scale, and another name for which it is. */
function told({ networkRef: _, autoscale, ...fields }: Fields): Fields {
  const { type, ...ways } = isRecord(autoscale) ? autoscale : {};
  return { ...fields, autoscale: { kind: type, ...Object.assign({}, ...Object.values(ways)) } };
}

it('T22 data planes of any fields', { timeout: 60_000 }, async () => {
  await using stage = await networkStage();
  const property = fc.asyncProperty(data, async (spec) => {
    stage.cluster.user.apply(configurationKind.resource, configuration(spec));
    expect(await stage.reconcile(configurationKind, 'planes')).toEqual({ is: 'done' });
    passMinutes(stage);
    await stage.reconcile(configurationKind, 'planes', { cause: 'drift' });
    const before = stage.object(configurationKind, 'planes');
    const { dataplane_groups, ...plain } = spec;
    expect(lacking(configurations(stage)[0], { ...plain, dataplane_group_config: dataplane_groups.map(told) })).toEqual(
      [],
    );
    forget(stage);

    expect(await stage.reconcile(configurationKind, 'planes', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(writes(stage)).toEqual([]);
    expect(stage.object(configurationKind, 'planes')).toEqual(before);
    stage.cluster.user.remove(configurationKind.resource, key('planes'));
    expect(await stage.reconcile(configurationKind, 'planes')).toEqual({ is: 'done' });
    expect(configurations(stage).every((one) => JSON.stringify(one['dataplane_group_config']) === '[]')).toBe(true);
    passMinutes(stage);
  });
  await fc.assert(property, { numRuns: 20, endOnFailure: true });
});

it('T22 networks of any fields', { timeout: 60_000 }, async () => {
  await using stage = await networkStage();
  passMinutes(stage);
  const zones = fc.uniqueArray(fc.constantFrom('euc1-az1', 'euc1-az2', 'euc1-az3'), { minLength: 1 });
  const property = fc.asyncProperty(
    fc.record(
      {
        name: fc.stringMatching(/^[A-Za-z][ -~]{1,30}[a-z]$/),
        availability_zones: zones,
        cidr_block: fc.constantFrom('10.5.0.0/16', '192.168.0.0/16', '172.16.0.0/23'),
        state: fc.constantFrom('initializing', 'offline'),
      },
      { requiredKeys: ['name', 'availability_zones', 'cidr_block'] },
    ),
    async (spec) => {
      stage.cluster.user.apply(networkKind.resource, network(stage, spec, 'any'));
      expect(await stage.reconcile(networkKind, 'any')).toEqual({ is: 'done' });
      passMinutes(stage);
      await stage.reconcile(networkKind, 'any', { cause: 'drift' });
      const before = stage.object(networkKind, 'any');
      // Of the state only what Konnect makes of it can be seen.
      const { state: _, ...wanted } = spec;
      const made = networks(stage).find(({ name }) => name === spec.name);
      expect(lacking(made, { ...wanted, region: 'eu-central-1' })).toEqual([]);
      forget(stage);

      expect(await stage.reconcile(networkKind, 'any', { cause: 'drift' })).toEqual({ is: 'done' });

      expect(writes(stage)).toEqual([]);
      expect(stage.object(networkKind, 'any')).toEqual(before);
      stage.cluster.user.remove(networkKind.resource, key('any'));
      expect(await stage.reconcile(networkKind, 'any')).toEqual({ is: 'done' });
      expect(networks(stage)).toHaveLength(1);
      passMinutes(stage);
    },
  );
  await fc.assert(property, { numRuns: 20, endOnFailure: true });
});
