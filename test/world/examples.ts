import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { folderOf } from '../../infra/generate/kinds.ts';
import { isRecord, type ObjectKey } from '../../lib/engine/objects.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';

const folder = join(import.meta.dirname, '..', '..', 'lib', 'kinds');

/** The documents of a kind's example. */
export function exampleOf({ resource }: Kind): Promise<string> {
  return readFile(join(folder, folderOf(resource.kind), 'example.yaml'), 'utf8');
}

/** All examples together, each object once: what any one of them refers to is there. */
export async function allExamples(): Promise<string> {
  const documents = (await Promise.all(kinds.map(exampleOf))).flatMap((text) =>
    parseAllDocuments(text).map((document) => JSON.stringify(document.toJS())),
  );
  return [...new Set(documents)].join('\n---\n');
}

/** YAML with the ids of what the examples need in Konnect in place of what stands for them. */
export function filledIn(yaml: string, placeholders: ReadonlyMap<string, string>): string {
  return [...placeholders].reduce((text, [placeholder, id]) => text.replaceAll(placeholder, id), yaml);
}

/** Where the kind's object of that name is, for who looks from a namespace. */
export function keyIn({ resource }: Kind, namespace: string, name: string): ObjectKey {
  return resource.namespaced ? { namespace, name } : { name };
}

/** The same objects in another namespace than `default`; what lives in none gets it as the end of its name. */
export function inNamespace(yaml: string, namespace: string): string {
  return parseAllDocuments(yaml)
    .map((document): unknown => document.toJS())
    .filter(isRecord)
    .map((value) => JSON.stringify(moved(value, namespace), (_, part: unknown) => withNamespace(part, namespace)))
    .join('\n---\n');
}

function moved(value: Readonly<Record<string, unknown>>, namespace: string): Readonly<Record<string, unknown>> {
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const isClusterWide = kinds.some(({ resource }) => resource.kind === value['kind'] && !resource.namespaced);
  const place = isClusterWide ? { name: `${String(metadata['name'])}-${namespace}` } : { namespace };
  return { ...value, metadata: { ...metadata, ...place } };
}

// References that name the namespace.
function withNamespace(part: unknown, namespace: string): unknown {
  return isRecord(part) && part['namespace'] === 'default' ? { ...part, namespace } : part;
}
