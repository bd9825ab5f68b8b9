import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, inject } from 'vitest';
import type { ApiRequest } from '../../infra/local/kubernetes/server.ts';
import { isOurs, resourceName, roleOf } from './access.ts';

/** A right of one of our identities: `<role> <verb> <resource>[/<subresource>].<group>`. */
export type Right = string;

export function rightOf(role: string, verb: string, resource: string, group: string): Right {
  return `${role} ${verb} ${resource}${group === '' ? '' : `.${group}`}`;
}

/** Notes which rights a file's journeys used, for the test that runs after all of them. */
export async function noteRights(requests: readonly ApiRequest[]): Promise<void> {
  const file = basename(expect.getState().testPath ?? 'unknown', '.test.ts');
  const used = requests.filter(isOurs).map((one) => rightOf(roleOf(one), one.verb, resourceName(one), one.group));
  await writeFile(join(inject('usedRights'), `${file}.json`), JSON.stringify([...new Set(used)].sort()));
}

/** What was noted, by the name of the journey. */
export async function notedRights(folder: string): Promise<ReadonlyMap<string, ReadonlySet<Right>>> {
  const files = (await readdir(folder)).sort();
  const read = files.map(async (file) => {
    const rights: readonly Right[] = JSON.parse(await readFile(join(folder, file), 'utf8'));
    return [basename(file, '.json'), new Set(rights)] as const;
  });
  return new Map(await Promise.all(read));
}
