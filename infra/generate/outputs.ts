import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { eventSchema } from '../../lib/events/event.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { crdOf } from './crd.ts';
import { chartFiles } from './install/chart.ts';
import { crdKustomization, kustomizeFiles } from './install/kustomize.ts';
import { jsonSchemaFile } from './json-file.ts';
import { findKinds, type KindFolder, kindsPath } from './kinds.ts';
import { kindsPage } from './kinds-page.ts';
import { rolesOf } from './rbac.ts';
import { controllersSource, kindsTable, registrySource } from './sources.ts';
import { yamlFile } from './yaml-file.ts';

const crdsPath = 'infra/cluster/crds';
const tableBegin = '<!-- kinds:begin -->';
const tableEnd = '<!-- kinds:end -->';

/** Path below the root, with `/`, and what the file must hold; `undefined` for a file that must go. */
export type Outputs = ReadonlyMap<string, string | undefined>;

/**
 * Everything that follows from the kinds. The same folders give the same bytes.
 * @param root Directory of the repository.
 * @throws {Error} where a kind's folder is not as it must be (see `findKinds`), or README.md has no place for the table.
 */
export async function outputsOf(root: string): Promise<Outputs> {
  const kinds = await findKinds(root);
  const readme = await readText(join(root, 'README.md'));
  const crds = new Map(kinds.map(({ kind }) => [crdPath(kind.resource), yamlFile([{ manifest: crdOf(kind) }])]));
  const leftOver = (await generatedCrds(root)).filter((path) => !crds.has(path));
  const roles = rolesOf(kinds.map(({ kind }) => kind));
  const version = await versionOf(root);
  return new Map<string, string | undefined>([
    [`${kindsPath}/registry.gen.ts`, registrySource(kinds)],
    ...lanes.map((lane) => [`${kindsPath}/controllers-${lane}.gen.ts`, controllersSource(kinds, lane)] as const),
    ...crds,
    ...leftOver.map((path) => [path, undefined] as const),
    [`${crdsPath}/kustomization.yaml`, crdKustomization([...crds.keys()].map((path) => basename(path)))],
    ['infra/cluster/base/rbac.gen.yaml', yamlFile(roles)],
    ...kustomizeFiles(version),
    ...chartFiles(version, roles),
    ['events/event.schema.json', jsonSchemaFile(eventSchema)],
    ...(readme === undefined
      ? []
      : ([
          ['README.md', withTable(readme, kinds)],
          ['docs/kinds.md', kindsPage(kinds)],
        ] as const)),
  ]);
}

/** The paths of the files that are not as `outputs` has them. */
export async function staleFiles(root: string, outputs: Outputs): Promise<readonly string[]> {
  const checked = await Promise.all(
    [...outputs].map(async ([path, wanted]) => ((await readText(join(root, path))) === wanted ? [] : [path])),
  );
  return checked.flat();
}

/** Makes the files as `outputs` has them and leaves alone those that are. Returns the paths that it touched. */
export async function writeOutputs(root: string, outputs: Outputs): Promise<readonly string[]> {
  const stale = await staleFiles(root, outputs);
  for (const path of stale) {
    const wanted = outputs.get(path);
    const file = join(root, path);
    if (wanted === undefined) await rm(file);
    else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, wanted);
    }
  }
  return stale;
}

/** Below the root, where the CRD of a resource is written. */
export function crdPath({ group, plural }: { readonly group: string; readonly plural: string }): string {
  return `${crdsPath}/${group}_${plural}.gen.yaml`;
}

function withTable(readme: string, kinds: readonly KindFolder[]): string {
  const begin = readme.indexOf(tableBegin);
  const end = readme.indexOf(tableEnd);
  if (begin < 0 || end < begin) {
    throw new Error(`README.md: put the lines ${tableBegin} and ${tableEnd} where the table of kinds belongs`);
  }
  return `${readme.slice(0, begin + tableBegin.length)}\n${kindsTable(kinds)}\n${readme.slice(end)}`;
}

/** The project's version, which is the image's and the chart's as well. */
async function versionOf(root: string): Promise<string> {
  const manifest: unknown = JSON.parse((await readText(join(root, 'package.json'))) ?? '{}');
  const { version } = manifest as { readonly version?: unknown };
  return typeof version === 'string' ? version : '0.0.0';
}

async function generatedCrds(root: string): Promise<readonly string[]> {
  const files = await orAbsent(readdir(join(root, crdsPath)));
  return (files ?? []).filter((file) => file.endsWith('.gen.yaml')).map((file) => `${crdsPath}/${file}`);
}

async function readText(file: string): Promise<string | undefined> {
  return orAbsent(readFile(file, 'utf8'));
}

async function orAbsent<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
