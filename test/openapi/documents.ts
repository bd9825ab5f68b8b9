import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** Konnect's published OpenAPI documents, by file name. They are not part of this repository. */
export const documentFiles = [
  'control-planes-v2.yaml',
  'control-planes-config-v2.yaml',
  'cloud-gateways-v2.yaml',
  'identity-v3.yaml',
] as const;

export type Node = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly file: string;
  readonly root: Node;
  /** Path of the server URL, before every path of the document: `/v2`. */
  readonly base: string;
}

/** A place in a document, after its references were followed. The pointer is a JSON pointer to that place. */
export interface Located {
  readonly pointer: string;
  readonly node: Node;
}

/** Where the documents are: KONNECT_OPENAPI_DIR, else `shared/konnect-openapi` beside the project; undefined when there are none. */
export function documentsDir(env: NodeJS.ProcessEnv, projectRoot: string): string | undefined {
  const dir = env['KONNECT_OPENAPI_DIR'] ?? resolve(projectRoot, '../shared/konnect-openapi');
  return existsSync(join(dir, documentFiles[0])) ? dir : undefined;
}

/** Reads the four documents; throws when one is missing or is no OpenAPI document. */
export function readDocuments(dir: string): readonly OpenApiDocument[] {
  return documentFiles.map((file) => {
    const root: unknown = parse(readFileSync(join(dir, file), 'utf8'));
    if (!isNode(root) || !isNode(root['paths'])) throw new Error(`${join(dir, file)} is no OpenAPI document: no paths`);
    const url = at(root, 'servers', 0, 'url');
    if (typeof url !== 'string') throw new Error(`${join(dir, file)} names no server URL`);
    return { file, root, base: new URL(url).pathname.replace(/\/$/, '') };
  });
}

/** The place at a pointer, or where the `$ref` there leads. Throws when the document has nothing there. */
export function locate({ file, root }: OpenApiDocument, pointer: string): Located {
  const steps = pointer.split('/').slice(1).map(unescapePointer);
  const node = steps.reduce<unknown>(
    (inner, step) => (isNode(inner) || Array.isArray(inner) ? Reflect.get(inner, step) : undefined),
    root,
  );
  if (!isNode(node)) throw new Error(`Nothing at ${pointer} in ${file}`);
  const reference = node['$ref'];
  return typeof reference === 'string' ? locate({ file, root, base: '' }, reference.slice(1)) : { pointer, node };
}

/** The place one step further, if there is anything; references are followed. */
export function step(document: OpenApiDocument, from: Located, ...names: readonly string[]): Located | undefined {
  return names.reduce<Located | undefined>(
    (place, name) =>
      place !== undefined && isNode(place.node[name])
        ? locate(document, `${place.pointer}/${escapePointer(name)}`)
        : undefined,
    from,
  );
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapePointer(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
