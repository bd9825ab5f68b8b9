import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository of its own in the temporary directory, for tests; gone when it is disposed of. */
export interface Repository extends AsyncDisposable {
  readonly root: string;
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export async function repository(files: Readonly<Record<string, string>>): Promise<Repository> {
  const root = await mkdtemp(join(tmpdir(), 'generate-'));
  async function write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  for (const [path, content] of Object.entries(files)) await write(path, content);
  return {
    root,
    write,
    remove: (path) => rm(join(root, path), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** The source of a `kind.ts`. What a test does not name is as plain as can be. */
export function kindSource(name: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const plural = `${name.toLowerCase()}s`;
  const resource = { group: 'shop.example', version: 'v1', kind: name, plural, namespaced: true };
  const plain = { resource, singular: name.toLowerCase(), categories: ['shop'], lane: 'entity', columns: [] };
  const plainSchema = { type: 'object', properties: { spec: { description: 'S.', type: 'object' } } };
  const rest = { description: `One ${name}.`, schema: plainSchema, mainCondition: 'Programmed', refs: [] };
  const { schema, refs, ...data } = { ...plain, ...rest, ...fields };
  const judge = '({ ...ref, judge: () => ({ conditions: [], usable: false }) })';
  const functions = `refs: ${JSON.stringify(refs)}.map((ref) => ${judge}), schema: () => (${JSON.stringify(schema)})`;
  return `export const kind = { ...${JSON.stringify(data)}, ${functions} };\n`;
}

const secrets = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

export const spec = {
  description: 'The shop.',
  type: 'object',
  required: ['title', 'owner'],
  properties: {
    title: { description: 'Yes: a title.', type: 'string', default: 'no' },
    owner: { description: 'Who.', type: 'string' },
    labels: {
      description: 'Labels.',
      type: 'object',
      additionalProperties: { type: 'string', minLength: 1 },
      'x-kubernetes-validations': [
        {
          rule: `self.all(key, ${Array.from({ length: 30 }, (_, n) => `key != 'forbidden${n}'`).join(' && ')})`,
          message: "'x': no",
        },
      ],
    },
  },
};

export const shop = kindSource('Shop', {
  lane: 'control-plane',
  shortNames: ['sh'],
  columns: [{ name: 'Title', type: 'string', jsonPath: '.spec.title', priority: 1 }],
  schema: { type: 'object', required: ['spec'], 'x-absent-in-crd': ['spec'], properties: { spec } },
  heldWhileReferenced: true,
  wakes: [{ resource: secrets }],
  access: [{ resource: secrets, verbs: ['get', 'create'] }],
});

const shelf = kindSource('BookShelf', { refs: [{ name: 'shop', kind: 'Shop' }] });

/** A kind that uses what there is, and one that refers to it. */
export const twoKinds = {
  'lib/kinds/shop/kind.ts': shop,
  'lib/kinds/shop/example.yaml': '',
  'lib/kinds/shop/controller.ts': '',
  'lib/kinds/book-shelf/kind.ts': shelf,
  'lib/kinds/book-shelf/example.yaml': '',
  'lib/kinds/define.ts': '',
};
