import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { kindSource, repository } from './fixture.ts';
import { folderOf } from './kinds.ts';
import { outputsOf, staleFiles, writeOutputs } from './outputs.ts';

const secrets = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

const spec = {
  description: 'The shop.',
  type: 'object',
  required: ['title', 'owner'],
  properties: {
    title: { description: 'Yes: a title.', type: 'string', default: 'no' },
    owner: { description: 'Who.', type: 'string' },
    labels: {
      description: 'Labels.',
      type: 'object',
      patternProperties: { '^.*$': { type: 'string', minLength: 1 } },
      'x-kubernetes-validations': [
        {
          rule: `self.all(key, ${Array.from({ length: 30 }, (_, n) => `key != 'forbidden${n}'`).join(' && ')})`,
          message: "'x': no",
        },
      ],
    },
  },
};

const shop = kindSource('Shop', {
  lane: 'control-plane',
  shortNames: ['sh'],
  columns: [{ name: 'Title', type: 'string', jsonPath: '.spec.title', priority: 1 }],
  schema: { type: 'object', required: ['spec'], 'x-absent-in-crd': ['spec'], properties: { spec } },
  heldWhileReferenced: true,
  wakes: [{ resource: secrets }],
  access: [{ resource: secrets, verbs: ['get', 'create'] }],
});

const shelf = kindSource('BookShelf', { refs: [{ name: 'shop', kind: 'Shop' }] });

const twoKinds = {
  'lib/kinds/shop/kind.ts': shop,
  'lib/kinds/shop/example.yaml': '',
  'lib/kinds/shop/controller.ts': '',
  'lib/kinds/book-shelf/kind.ts': shelf,
  'lib/kinds/book-shelf/example.yaml': '',
  'lib/kinds/define.ts': '',
};

describe('the generator', () => {
  it('writes registry, controllers, CRDs, roles and event schema, and then has nothing to write', async () => {
    await using repo = await repository(twoKinds);
    const outputs = await outputsOf(repo.root);
    expect(await writeOutputs(repo.root, outputs)).toEqual([
      'lib/kinds/registry.gen.ts',
      'lib/kinds/controllers.gen.ts',
      'infra/cluster/crds/shop.example_bookshelfs.gen.yaml',
      'infra/cluster/crds/shop.example_shops.gen.yaml',
      'infra/cluster/rbac.gen.yaml',
      'events/event.schema.json',
    ]);
    expect(await writeOutputs(repo.root, await outputsOf(repo.root))).toEqual([]);
    const registry = await readFile(join(repo.root, 'lib/kinds/registry.gen.ts'), 'utf8');
    expect(registry).toContain("import { kind as bookShelf } from './book-shelf/kind.ts';");
    expect(registry).toContain('  bookShelf,\n  shop,\n');
    const controllers = await readFile(join(repo.root, 'lib/kinds/controllers.gen.ts'), 'utf8');
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
    const roles = parseAllDocuments((await outputsOf(repo.root)).get('infra/cluster/rbac.gen.yaml') ?? '');
    const granted = Object.fromEntries(
      roles.map((document) => document.toJS()).map((role) => [role.metadata.name, role.rules.map(ruleText).sort()]),
    );
    expect(granted).toEqual({
      'konnect-reconciler-forwarder': [' secrets list,watch', 'shop.example bookshelfs,shops get,list,watch'],
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

describe('the generator refuses', () => {
  it.each([
    ['README.md without a place for the table', { 'README.md': 'x' }, 'README.md: put the lines <!-- kinds:begin -->'],
    ['a folder without kind.ts', { 'lib/kinds/till/example.yaml': '' }, 'lib/kinds/till: kind.ts is missing'],
    [
      'a folder without example.yaml',
      { 'lib/kinds/till/kind.ts': kindSource('Till') },
      'lib/kinds/till: example.yaml is missing',
    ],
    [
      'a folder that is not named as its kind',
      { 'lib/kinds/cash/kind.ts': kindSource('APITill'), 'lib/kinds/cash/example.yaml': '' },
      'lib/kinds/cash declares APITill; rename the folder to api-till',
    ],
    [
      'a kind that two folders declare',
      { 'lib/kinds/store/kind.ts': shop, 'lib/kinds/store/example.yaml': '' },
      'the kind Shop is declared by lib/kinds/shop and lib/kinds/store; keep one',
    ],
    [
      'kind.ts without a kind',
      { 'lib/kinds/till/kind.ts': 'export const sort = {};', 'lib/kinds/till/example.yaml': '' },
      'lib/kinds/till/kind.ts exports no `kind`',
    ],
    [
      'a ref to a kind that is not there',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', { refs: [{ name: 'shop', kind: 'Stop' }] }),
        'lib/kinds/till/example.yaml': '',
      },
      'lib/kinds/till/kind.ts: the ref shop refers to Stop, which no folder declares',
    ],
    [
      'a ref through a ref that is not there',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', { refs: [{ name: 'shop', kind: 'Shop', through: 'shelf' }] }),
        'lib/kinds/till/example.yaml': '',
      },
      'the ref shop goes through the ref shelf, which the kind does not have',
    ],
    [
      'a schema with what a CRD can not have',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', {
          schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: { anyOf: [] } } } } },
        }),
        'lib/kinds/till/example.yaml': '',
      },
      'Till.spec.a: a CRD can not have the keyword anyOf',
    ],
    [
      'a map whose keys have schemas of their own',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', {
          schema: { type: 'object', properties: { spec: { type: 'object', patternProperties: { '^a$': {} } } } },
        }),
        'lib/kinds/till/example.yaml': '',
      },
      'Till.spec: a CRD can not tell keys of a map apart',
    ],
  ])('%s', async (_, files, message) => {
    await using repo = await repository({ ...twoKinds, ...files });
    await expect(outputsOf(repo.root)).rejects.toThrow(message);
  });

  it.each([
    ['KonnectAPIAuthConfiguration', 'konnect-api-auth-configuration'],
    ['KongCACertificate', 'kong-ca-certificate'],
    ['KongSNI', 'kong-sni'],
    ['KongCredentialJWT', 'kong-credential-jwt'],
    ['KonnectExtension', 'konnect-extension'],
  ])('a folder of %s that is not %s', (kindName, folder) => {
    expect(folderOf(kindName)).toBe(folder);
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
