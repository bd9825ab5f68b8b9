import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findKinds, kindsPath } from '../../infra/generate/kinds.ts';
import { display, type KubernetesObject, keyOf } from '../engine/objects.ts';
import type { Kind } from '../kinds/define.ts';
import { kinds } from '../kinds/registry.gen.ts';
import { createResidence } from './residence.ts';

const root = join(import.meta.dirname, '..', '..');
const planeKind = 'KonnectGatewayControlPlane';

/** Every object of every example. */
const objects: readonly KubernetesObject[] = (await findKinds(root)).flatMap(({ folder }) =>
  parseAllDocuments(readFileSync(join(root, kindsPath, folder, 'example.yaml'), 'utf8')).map((document) =>
    document.toJS(),
  ),
);

const listed: string[] = [];
const residence = createResidence(kinds, async ({ resource }) => {
  listed.push(resource.kind);
  return of(resource.kind);
});

function of(kind: string): readonly KubernetesObject[] {
  return objects.filter((object) => object.kind === kind);
}

const livesThere = ({ resource, core, refs }: Kind): boolean =>
  core !== undefined || resource.kind === planeKind || refs.some(({ name }) => name === 'controlPlane');

it.each(kinds.filter(livesThere).map((kind) => [kind.resource.kind, kind] as const))(
  '%s: its objects live in the control plane that they or what they refer to names',
  async (name, kind) => {
    expect(of(name)).not.toEqual([]);
    for (const object of of(name)) {
      const itself = display(keyOf(object));
      const possible = name === planeKind ? [itself] : of(planeKind).map((plane) => display(keyOf(plane)));
      expect(possible, itself).toContain(await residence.of(kind, object));
    }
  },
);

it.each(kinds.filter((kind) => !livesThere(kind)).map((kind) => [kind.resource.kind, kind] as const))(
  '%s: its objects live in none',
  async (name, kind) => {
    for (const object of of(name)) expect(await residence.of(kind, object)).toBeUndefined();
  },
);

it('lists what others refer to once, and nothing else', () => {
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed).not.toContain('KonnectAPIAuthConfiguration');
});
