import { ok } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { runCli } from '../../lib/cli/fixture.ts';
import { bodyOf, dataOf } from '../../lib/dead-letters/fixture.ts';
import { parseEvent } from '../../lib/events/event.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { judge, kubeconfigOf } from './cli.ts';
import { awsAnswer, digested, letterOf, stack } from './cli-aws.ts';
import { type CliRequest, type CliWorld, startCliWorld } from './cli-world.ts';
import { hostileText } from './spoil.ts';
import { addition, type Harm, harm, harmed } from './steer.ts';

/*
 * Dead letters of any content, read, sent again and discarded; and what the doctor is told by a cluster that is not as it
 * should be. Only events are sent again, and commands end as the others do. AWS speaks its protocol, whatever texts it hands on.
 */

interface Input {
  readonly command: readonly string[];
  readonly letters: readonly { readonly body: string; readonly harms: readonly Harm[] }[];
  /** Spoil answers of the cluster: of all that it gives, each whose number is among `which`. */
  readonly harms: readonly Harm[];
  readonly which: readonly number[];
}

const commands = [
  ['dead-letters', 'list'],
  ['dead-letters', 'list', '--json'],
  ['dead-letters', 'show', '7c3f1c1e-0000-4000-8000-000000000001'],
  ['dead-letters', 'redrive', '--all'],
  ['dead-letters', 'redrive', '--all', '--json'],
  ['dead-letters', 'discard', '--all', '--yes'],
  ['doctor'],
  ['doctor', '--json'],
  ['doctor', '--as', 'entity'],
] as const;

const rightBody = bodyOf(dataOf('KongService', 'orders'));
const cycle = 6;

const body = fc.oneof(
  fc.constant(rightBody),
  harm.map((one) => JSON.stringify(harmed(JSON.parse(rightBody), one)) ?? ''),
  hostileText,
);

const input: fc.Arbitrary<Input> = fc.record({
  command: fc.constantFrom(...commands),
  letters: fc.array(fc.record({ body, harms: fc.array(addition, { maxLength: 2 }) }), { minLength: 1, maxLength: 3 }),
  harms: fc.array(harm, { maxLength: 2 }),
  which: fc.uniqueArray(fc.nat({ max: cycle - 1 })),
});

/** @returns how many commands were run. */
export async function told(runs: number, seed: number): Promise<number> {
  await using world = await startCliWorld();
  const directory = await mkdtemp(join(tmpdir(), 'hostile-'));
  try {
    const file = join(directory, 'config');
    await writeFile(file, JSON.stringify(kubeconfigOf(world.url)));
    const property = fc.asyncProperty(input, (one) => lived(world, file, one));
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
  } finally {
    await rm(directory, { recursive: true });
  }
  return runs;
}

async function lived(world: CliWorld, file: string, { command, letters, harms, which }: Input): Promise<void> {
  const sent: unknown[] = [];
  const waiting = letters.map((letter) => digested(letter.harms.reduce<unknown>(harmed, letterOf(letter.body))));
  let answers = 0;
  world.script = (request) => {
    if (request.target?.endsWith('SendMessageBatch')) sent.push(request.body['Entries']);
    if (asksForLetters(request)) return { said: { Messages: waiting.splice(0) } };
    const right = awsAnswer(request) ?? clusterAnswer(request);
    if (right === undefined) return undefined;
    answers += request.target === undefined ? 1 : 0;
    const isSpoilt = request.target === undefined && which.includes(answers % cycle);
    return { said: isSpoilt ? harms.reduce<unknown>(harmed, right) : right };
  };
  const environment = { AWS_ENDPOINT_URL: world.url, AWS_MAX_ATTEMPTS: '1', KUBECONFIG: file };

  judge(await runCli(command, { ...environment, KONNECT_RECONCILER_STACK: stack }), command);
  for (const { MessageBody } of sent.flat() as readonly { readonly MessageBody: string }[]) parseEvent(MessageBody);
  ok(command.includes('redrive') || sent.length === 0, 'a command that only looks has sent something');
}

function asksForLetters({ target, body: { QueueUrl } }: CliRequest): boolean {
  return target?.endsWith('ReceiveMessage') === true && String(QueueUrl).includes('entity-dead');
}

function clusterAnswer({ path }: CliRequest): object | undefined {
  if (path === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.0' };
  if (path.includes('accessreviews')) return { status: { allowed: true } };
  const kind = kinds.find(({ resource: { plural, group } }) => path.endsWith(`/${plural}.${group}`));
  if (kind !== undefined) return definitionOf(kind);
  const items = installed[path.split('/').at(-1) ?? ''];
  return items && { metadata: { resourceVersion: '1' }, items };
}

function definitionOf(kind: (typeof kinds)[number]): object {
  const { plural, group, version: name } = kind.resource;
  const versions = [{ name, served: true, storage: true, schema: { openAPIV3Schema: kind.schema() } }];
  return { metadata: { name: `${plural}.${group}`, resourceVersion: '1' }, spec: { group, versions } };
}

const role = { kind: 'ClusterRole', name: 'konnect-reconciler-entity' };
const installed: Readonly<Record<string, readonly object[]>> = {
  clusterroles: [{ metadata: { name: role.name, labels: { 'app.kubernetes.io/component': 'entity' } } }],
  clusterrolebindings: [
    { metadata: { name: 'entity' }, roleRef: role, subjects: [{ kind: 'Group', name: 'konnect-reconciler-entity' }] },
  ],
  rolebindings: [
    {
      metadata: { namespace: 'team', name: 'entity' },
      roleRef: role,
      subjects: [
        { kind: 'ServiceAccount', namespace: 'team', name: 'robot' },
        { kind: 'User', name: 'somebody' },
      ],
    },
  ],
};
