import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { lanes } from '../../lib/kinds/define.ts';
import { repository, spec, twoKinds } from './fixture.ts';
import { outputsOf, staleFiles, writeOutputs } from './outputs.ts';

describe('the generator', () => {
  it('writes registry, controllers, CRDs, roles and event schema, and then has nothing to write', async () => {
    await using repo = await repository(twoKinds);
    const outputs = await outputsOf(repo.root);
    const written = await writeOutputs(repo.root, outputs);
    // The other parts of the install are the same whatever the kinds are.
    expect(written.filter((path) => !/^infra\/cluster\/(base\/(?!rbac)|components|chart)/.test(path))).toEqual([
      'lib/kinds/registry.gen.ts',
      ...lanes.map((lane) => `lib/kinds/controllers-${lane}.gen.ts`),
      'infra/cluster/crds/shop.example_bookshelfs.gen.yaml',
      'infra/cluster/crds/shop.example_shops.gen.yaml',
      'infra/cluster/crds/kustomization.yaml',
      'infra/cluster/base/rbac.gen.yaml',
      'events/event.schema.json',
    ]);
    const crds = await readFile(join(repo.root, 'infra/cluster/crds/kustomization.yaml'), 'utf8');
    expect(parse(crds).resources).toEqual(['shop.example_bookshelfs.gen.yaml', 'shop.example_shops.gen.yaml']);
    expect(await writeOutputs(repo.root, await outputsOf(repo.root))).toEqual([]);
    const registry = await readFile(join(repo.root, 'lib/kinds/registry.gen.ts'), 'utf8');
    expect(registry).toContain("import { kind as bookShelf } from './book-shelf/kind.ts';");
    expect(registry).toContain('  bookShelf,\n  shop,\n');
    const controllers = await readFile(join(repo.root, 'lib/kinds/controllers-control-plane.gen.ts'), 'utf8');
    expect(controllers).toContain('  Shop: shop,\n');
    expect(controllers).not.toContain('book');
  });

  it('names what is stale: edited, missing, or left behind by a kind that went', async () => {
    await using repo = await repository(twoKinds);
    await writeOutputs(repo.root, await outputsOf(repo.root));
    await repo.write('lib/kinds/registry.gen.ts', 'edited');
    await repo.remove('events/event.schema.json');
    const leftOver = 'infra/cluster/crds/shop.example_counters.gen.yaml';
    await repo.write(leftOver, '');
    const outputs = await outputsOf(repo.root);
    const stale = ['lib/kinds/registry.gen.ts', leftOver, 'events/event.schema.json'];
    expect(await staleFiles(repo.root, outputs)).toEqual(stale);
    await writeOutputs(repo.root, outputs);
    expect(await staleFiles(repo.root, outputs)).toEqual([]);
    expect(existsSync(join(repo.root, leftOver))).toBe(false);
  });

  it('writes a CRD that reads back as it was meant, with each rule on one line', async () => {
    await using repo = await repository(twoKinds);
    const written = (await outputsOf(repo.root)).get('infra/cluster/crds/shop.example_shops.gen.yaml') ?? '';
    const crd = parse(written, { version: '1.1' });
    expect(crd.metadata).toEqual({ name: 'shops.shop.example' });
    expect(crd.spec.names).toEqual({
      kind: 'Shop',
      listKind: 'ShopList',
      plural: 'shops',
      singular: 'shop',
      shortNames: ['sh'],
      categories: ['shop'],
    });
    const [version] = crd.spec.versions;
    expect(version).toMatchObject({ name: 'v1', served: true, storage: true, subresources: { status: {} } });
    const schema = version.schema.openAPIV3Schema;
    expect(Object.keys(schema.properties)).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(schema).not.toHaveProperty('required');
    expect(schema.properties.spec.required).toEqual(['owner', 'title']);
    const { labels, title } = schema.properties.spec.properties;
    expect(title.default).toBe('no');
    expect(labels.additionalProperties).toEqual({ type: 'string', minLength: 1 });
    const rule = spec.properties.labels['x-kubernetes-validations'][0]?.rule;
    expect(labels['x-kubernetes-validations']).toEqual([{ rule, message: "'x': no" }]);
    expect(written.split('\n')).toContainEqual(expect.stringContaining(`rule: ${rule}`));
  });

  it('grants what the kinds need and nothing else', async () => {
    await using repo = await repository(twoKinds);
    const roles = parseAllDocuments((await outputsOf(repo.root)).get('infra/cluster/base/rbac.gen.yaml') ?? '');
    const granted = Object.fromEntries(
      roles.map((document) => document.toJS()).map((role) => [role.metadata.name, role.rules.map(ruleText).sort()]),
    );
    expect(granted).toEqual({
      'konnect-reconciler-forwarder': [' secrets list,watch', 'shop.example bookshelfs,shops list,watch'],
      'konnect-reconciler-control-plane': [
        ' secrets create,get',
        'shop.example bookshelfs list',
        'shop.example shops get,patch',
        'shop.example shops/finalizers update',
        'shop.example shops/status patch',
      ],
      'konnect-reconciler-entity': [
        'shop.example bookshelfs get,patch',
        'shop.example bookshelfs/status patch',
        'shop.example shops get',
      ],
      'konnect-reconciler-drift-check': [
        ' namespaces,secrets get',
        'shop.example bookshelfs,shops get,list',
        'shop.example bookshelfs/status,shops/status patch',
      ],
      'konnect-reconciler-replay': ['shop.example bookshelfs,shops list'],
    });
  });

  it('fills the table of kinds in README.md and leaves the rest of it alone', async () => {
    const readme = 'Before\n<!-- kinds:begin -->\nold\n<!-- kinds:end -->\nAfter\n';
    await using repo = await repository({ ...twoKinds, 'README.md': readme });
    const written = (await outputsOf(repo.root)).get('README.md') ?? '';
    expect(written).toMatch(/^Before\n<!-- kinds:begin -->\n\| Kind.*\n<!-- kinds:end -->\nAfter\n$/s);
    expect(written).not.toContain('old');
    expect(written).toContain(
      '| `Shop` | `shop.example/v1` | `sh` | One Shop. | [example](lib/kinds/shop/example.yaml) |',
    );
  });
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function ruleText({ apiGroups, resources, verbs }: Rule): string {
  return `${apiGroups.join()} ${resources.join()} ${verbs.join()}`;
}
