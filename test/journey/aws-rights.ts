import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import Type from 'typebox';
import { Parse } from 'typebox/value';
import { pascalCase } from '../../infra/aws/names.ts';
import { accountId, region } from '../../infra/local/aws.ts';
import type { Authorize, AwsAccess } from '../../infra/local/aws-access.ts';
import {
  clusterSecretPrefix,
  forwarderUser,
  functionUser,
  stackName,
  tokenSecretPrefix,
} from '../../infra/local/deployment.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';
import { applies, isAllowed, type Statement, statementsOf, statementsOfRole } from '../package/policies.ts';
import { templateOf } from '../package/template.ts';
import { withStage } from './with-stage.ts';

/* What each function may do at AWS by the packaged template, held against what it does: both ways. */

type Policies = Readonly<Record<string, readonly Statement[]>>;

export interface Rights {
  /** Says what IAM would, and remembers it. */
  readonly authorize: Authorize;
  /** Calls that were refused, as text. */
  denied(): readonly string[];
  /** Leaves for `unusedRights` what a test file has used. */
  save(folder: string, testPath: string): Promise<void>;
}

export function createRights(template: string): Rights {
  const policies = policiesIn(template);
  const used = new Map<string, AwsAccess>();
  const denied = new Set<string>();
  return {
    authorize(access) {
      const { caller, action, resource, context } = access;
      if (!isAllowed(policies[caller] ?? [], { action, resource, context })) {
        denied.add(`${caller} may not ${action} on ${resource}`);
        return false;
      }
      used.set(JSON.stringify(access), access);
      return true;
    },
    denied: () => [...denied],
    async save(folder, testPath) {
      await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify({ testPath, used: [...used.values()] }));
    },
  };
}

/** The policies by the user whose key a call is signed with. */
function policiesIn(text: string): Policies {
  const given = { TokenSecretPrefix: tokenSecretPrefix, ClusterSecretPrefix: clusterSecretPrefix };
  const template = templateOf(text, given, { stackName, account: accountId, region });
  const role = (id: string) => statementsOfRole(template, id);
  return Object.fromEntries([
    ...lanes.map((lane) => [functionUser(lane), role(`Reconcile${pascalCase(lane)}Role`)] as const),
    ...tools.map((tool) => [functionUser(tool), role(`${pascalCase(tool)}Role`)] as const),
    [forwarderUser, statementsOf(template.resources['EventSenderPolicy']?.properties['PolicyDocument'])] as const,
  ]);
}

const savedUse = Type.Object({
  testPath: Type.String(),
  used: Type.Array(
    Type.Object({
      caller: Type.String(),
      action: Type.String(),
      resource: Type.String(),
      context: Type.Record(Type.String(), Type.String()),
    }),
  ),
});

/** Rights that no journey uses, and why they are there. */
const exceptions: readonly { readonly right: RegExp; readonly reason: string }[] = [
  { right: / logs:/, reason: 'Lambda writes the log of a function in its name, and the local one keeps it in memory' },
  {
    right: /^konnect-reconciler-drift-check secretsmanager:DescribeSecret /,
    reason: 'asked where a token waits for its deletion, in the moment between an object and its token',
  },
];

/**
 * What the policies allow and no test file has used, as text. Nothing where none or only some of the files have run: the others
 * may be those that use it.
 */
export async function unusedRights(
  template: string,
  folder: string,
  testFiles: readonly string[],
): Promise<readonly string[]> {
  const notes = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
  const saved = notes.map((text) => Parse(savedUse, JSON.parse(text)));
  const ran = new Set(saved.map(({ testPath }) => basename(testPath)));
  const files = await withStage(testFiles);
  if (files.length === 0 || !files.every((file) => ran.has(basename(file)))) return [];
  const used = saved.flatMap((one) => one.used);
  const granted = Object.entries(policiesIn(template)).flatMap(([caller, statements]) => rightsIn(caller, statements));
  const isUsed = ({ caller, statement }: Right) =>
    used.some((access) => access.caller === caller && applies(statement, access));
  const exercised = new Set(granted.filter(isUsed).map(({ text }) => text));
  const unused = granted.filter(
    ({ text }) => !exercised.has(text) && !exceptions.some(({ right }) => right.test(text)),
  );
  return [...new Set(unused.map(({ text }) => text))];
}

interface Right {
  readonly caller: string;
  readonly statement: Statement;
  readonly text: string;
}

/** Each action and resource of each statement that allows something. */
function rightsIn(caller: string, statements: readonly Statement[]): readonly Right[] {
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      [statement.Action].flat().flatMap((Action) =>
        [statement.Resource].flat().map((Resource) => ({
          caller,
          statement: { ...statement, Action, Resource },
          text: `${withoutLane(caller)} ${Action} on ${withoutLane(Resource)}`,
        })),
      ),
    );
}

const laneNames = new RegExp(`(konnect-reconciler-|-clusters/|${stackName}-)(?:${lanes.join('|')})(?=[-./]|$)`);

/** The functions of all lanes are one program with one policy, so what one of them uses is used. */
function withoutLane(text: string): string {
  return text.replace(laneNames, '$1<lane>');
}
