import { describe, expect, it } from 'vitest';
import { lanes } from './kinds/define.ts';
import { kinds } from './kinds/registry.gen.ts';
import { controllerOf, laneOf, registryOf } from './registry.ts';
import { controllersOfLanes } from './whole-registry.ts';

describe('registryOf', () => {
  it.each(kinds.map((kind) => ({ name: kind.resource.kind, kind })))(
    '$name is reconciled by one lane only',
    ({ kind }) => {
      const { group, kind: name } = kind.resource;
      const finding = lanes.filter((lane) => registryOf(lane, controllersOfLanes[lane]).kind(group, name) === kind);

      expect(finding).toEqual([kind.lane]);
      expect(laneOf(name)).toBe(kind.lane);
    },
  );

  it('knows every kind, so that references of any lane can be followed', () => {
    for (const lane of lanes) expect(registryOf(lane, controllersOfLanes[lane]).kinds).toEqual(kinds);
  });

  it('tells kinds of one name in two groups apart', () => {
    for (const { lane, resource } of kinds)
      expect(registryOf(lane, controllersOfLanes[lane]).kind('example.com', resource.kind)).toBeUndefined();
  });

  it('has no lane for a kind that nobody declared', () => {
    expect(laneOf('Nothing')).toBeUndefined();
  });
});

describe('controllerOf', () => {
  it.each(kinds.map((kind) => ({ name: kind.resource.kind, kind })))('$name has one', ({ kind }) => {
    expect(controllerOf(kind, controllersOfLanes[kind.lane])).toMatchObject({
      converge: expect.any(Function),
      release: expect.any(Function),
    });
  });

  it('says which kind has none', () => {
    const [first] = kinds;
    const { entity: _, core: __, ...rest } = first ?? { resource: undefined };
    const bare = { ...rest, resource: { ...first?.resource, kind: 'Bare' } } as unknown as Parameters<
      typeof controllerOf
    >[0];
    expect(() => controllerOf(bare, {})).toThrow(/Bare/);
  });
});
