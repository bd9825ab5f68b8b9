import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kind } from '../../lib/kinds/define.ts';

/** Where kinds live, below the root of the repository. */
export const kindsPath = 'lib/kinds';

export interface KindFolder {
  /** Name of the folder below `lib/kinds`, which is the kind's name in kebab-case. */
  readonly folder: string;
  readonly kind: Kind;
  /** The kind has a controller of its own beside `kind.ts`. */
  readonly hasController: boolean;
}

/**
 * Finds every kind, in the order of folder names.
 * @param root Directory of the repository.
 * @throws {Error} naming each thing that is wrong with the folders, all of them at once.
 */
export async function findKinds(root: string): Promise<readonly KindFolder[]> {
  const entries = await readdir(join(root, kindsPath), { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const missing = folders.flatMap((folder) => missingFiles(root, folder));
  if (missing.length > 0) throw new Error(missing.join('\n'));
  const found = await Promise.all(folders.map((folder) => loadKind(root, folder)));
  const problems = [
    ...found.flatMap(misnamed),
    ...repeated(found, 'kind', ({ kind }) => kind.resource.kind),
    ...repeated(found, 'resource', ({ kind }) => `${kind.resource.plural}.${kind.resource.group}`),
    ...found.flatMap((one) => unknownRefs(one, found)),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return found;
}

/** `MyHTTPRoute` becomes `my-http-route`: a run of capitals is one word. */
export function folderOf(kindName: string): string {
  return kindName
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

function missingFiles(root: string, folder: string): string[] {
  return ['kind.ts', 'example.yaml']
    .filter((file) => !existsSync(join(root, kindsPath, folder, file)))
    .map((file) => `${kindsPath}/${folder}: ${file} is missing; add it, or remove the folder if it is no kind's`);
}

async function loadKind(root: string, folder: string): Promise<KindFolder> {
  const directory = join(root, kindsPath, folder);
  const module: { readonly kind?: Kind } = await import(pathToFileURL(join(directory, 'kind.ts')).href);
  if (module.kind?.resource === undefined) {
    throw new Error(
      `${kindsPath}/${folder}/kind.ts exports no \`kind\`; write \`export const kind = defineKind({…})\``,
    );
  }
  return { folder, kind: module.kind, hasController: existsSync(join(directory, 'controller.ts')) };
}

function misnamed({ folder, kind }: KindFolder): string[] {
  const expected = folderOf(kind.resource.kind);
  if (folder === expected) return [];
  return [`${kindsPath}/${folder} declares ${kind.resource.kind}; rename the folder to ${expected}`];
}

function repeated(found: readonly KindFolder[], what: string, nameOf: (one: KindFolder) => string): string[] {
  const folders = Map.groupBy(found, nameOf);
  return [...folders]
    .filter(([, ones]) => ones.length > 1)
    .map(([name, ones]) => {
      const places = ones.map(({ folder }) => `${kindsPath}/${folder}`).join(' and ');
      return `the ${what} ${name} is declared by ${places}; keep one`;
    });
}

function unknownRefs({ folder, kind }: KindFolder, found: readonly KindFolder[]): string[] {
  const known = new Set(found.map((one) => one.kind.resource.kind));
  const names = new Set(kind.refs.map(({ name }) => name));
  const file = `${kindsPath}/${folder}/kind.ts`;
  const informs = (kind.informs ?? [])
    .filter((informed) => !known.has(informed.kind))
    .map((informed) => `${file}: informs ${informed.kind}, which no folder declares`);
  const wakes = (kind.wakes ?? []).flatMap(({ through }) =>
    through === undefined || names.has(through)
      ? []
      : [`${file}: is woken through the ref ${through}, which the kind does not have`],
  );
  const refs = kind.refs.flatMap((ref) => {
    const where = `${file}: the ref ${ref.name}`;
    const problems: string[] = [];
    if (!known.has(ref.kind)) problems.push(`${where} refers to ${ref.kind}, which no folder declares`);
    if (ref.through !== undefined && !names.has(ref.through)) {
      problems.push(`${where} goes through the ref ${ref.through}, which the kind does not have`);
    }
    return problems;
  });
  return [...refs, ...informs, ...wakes];
}
