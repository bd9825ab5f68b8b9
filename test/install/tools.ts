import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../lib/engine/objects.ts';

/* Programs that the install is checked with, where this machine has them. */

export const root = join(import.meta.dirname, '..', '..');
const execute = promisify(execFile);

/** Why a program can not be used; undefined where it can. */
export function missing(program: string, ...asked: readonly string[]): string | undefined {
  return spawnSync(program, asked).status === 0 ? undefined : `${program} is not on this machine: left out`;
}

export async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { cwd: root, maxBuffer: 32_000_000 });
  return stdout;
}

export function objectsIn(yaml: string): readonly KubernetesObject[] {
  return parseAllDocuments(yaml, { version: '1.1' }).flatMap((document) => {
    const object: KubernetesObject | null = document.toJS();
    return object === null ? [] : [object];
  });
}

/** What `kubectl apply -k` would apply. */
export async function kustomized(folder: string): Promise<readonly KubernetesObject[]> {
  return objectsIn(await run('kubectl', 'kustomize', join(root, 'infra', 'cluster', folder)));
}

/** `<kind> <name>` of each. */
export function namesOf(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
}
