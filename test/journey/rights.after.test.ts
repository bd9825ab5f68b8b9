import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { readRoles } from './access.ts';
import { notedRights, type Right, rightOf } from './rights.ts';
import { withStage } from './with-stage.ts';

/*
 * Runs after all journeys. Each journey holds that nothing was denied; here it is held that nothing was granted that no
 * journey needed.
 */

interface Exception {
  readonly right: RegExp;
  readonly reason: string;
  /** The same code serves all of these, and was seen to use the right for at least one. */
  readonly seenForOne?: true;
}

const exceptions: readonly Exception[] = [
  {
    right: /^\S+ update \w+\/finalizers/,
    reason:
      'no call: clusters that enforce owner references look for it when an object is made that blocks the deletion of its owner',
  },
  {
    right: /^konnect-reconciler-drift-check (get|patch) /,
    reason: 'an object is read again, and its status written, where a difference was found in it',
    seenForOne: true,
  },
];

/** May be left out, and asks for nothing that others do not. */
const optional = 'kong-crds';
const folder = inject('usedRights');
const isReal = process.env['TEST_API_SERVER'] === 'real'; // which does not tell what it was asked
const missing = isReal ? undefined : await missingJourneys();
// One file alone may be run by hand; where everything is held to, all of them have to.
const isPart = missing !== undefined && process.env['CI'] === undefined;

it.skipIf(isReal || isPart)(missing ?? 'no right is granted that is never used', async () => {
  expect(missing).toBeUndefined();
  const used = new Set([...(await notedRights(folder ?? '')).values()].flatMap((rights) => [...rights]));
  const granted = grantedRights();
  const unused = granted.filter((right) => !used.has(right));

  expect(unused.filter((right) => !exceptions.some((exception) => exception.right.test(right)))).toEqual([]);
  for (const { right, seenForOne } of exceptions) {
    const excepted = granted.filter((one) => right.test(one));
    expect(
      excepted.filter((one) => !used.has(one)),
      `${right} excepts nothing`,
    ).not.toEqual([]);
    if (seenForOne) expect(excepted.filter((one) => used.has(one))).not.toEqual([]);
  }
});

function grantedRights(): readonly Right[] {
  return [...readRoles()].flatMap(([role, rules]) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => rightOf(role, verb, resource, group))),
      ),
    ),
  );
}

/** Why it can not be told what was used. */
async function missingJourneys(): Promise<string | undefined> {
  const noted = folder === undefined ? [] : [...(await notedRights(folder)).keys()];
  const all = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.test.ts'));
  const journeys = await withStage(all.map((file) => join(import.meta.dirname, file)));
  const left = journeys
    .map((file) => basename(file, '.test.ts'))
    .filter((name) => name !== optional && !noted.includes(name));
  return left.length === 0
    ? undefined
    : `run all journeys to know which rights they use: ${left.join(', ')} did not run`;
}
