import { Command } from 'commander';
import { createCluster } from '../cluster/client.ts';
import { createTransport } from '../cluster/transport.ts';
import { createWatch } from '../cluster/watch.ts';
import { projectName } from '../engine/names.ts';
import type { Known } from '../kinds/known.ts';
import { kinds } from '../kinds/registry.gen.ts';
import { statusDocument } from '../status/json.ts';
import { followObjects, readObjects } from '../status/objects.ts';
import { needsSomebody, stateOf } from '../status/state.ts';
import { statusText } from '../status/text.ts';
import { type Context, jsonOption, withExamples } from './command.ts';
import { type PersonalAccess, personalAccess } from './kubeconfig.ts';
import { jsonText } from './output.ts';
import { type ExitCode, exitCodes, wordsOf } from './problem.ts';

interface StatusOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly watch?: true;
  readonly json?: true;
}

export function statusCommand(context: Context): Command {
  const command = new Command('status')
    .description('Show the objects of a cluster as a tree, and what of them is not ready.')
    .option('--kubeconfig <file>', 'the kubeconfig (default: KUBECONFIG, or ~/.kube/config)')
    .option('--context <name>', 'a context of the kubeconfig (default: its current one)')
    .option('-n, --namespace <name>', 'only objects of this namespace (default: all namespaces)')
    .option('-w, --watch', 'go on showing them as they change, until Ctrl-C')
    .addOption(jsonOption())
    .action(async (options: StatusOptions) => context.end(await status(context, options)));
  return withExamples(command, {
    'konnect-reconciler status': 'exits with 1 where an object is not ready',
    'konnect-reconciler status -n shop --watch': 'watch a roll-out',
    'konnect-reconciler status --json | jq .notReady': 'for programs',
  });
}

async function status(context: Context, options: StatusOptions): Promise<ExitCode> {
  const { config, output, signal } = context;
  const { kubeconfig, context: name, namespace } = options;
  const files = kubeconfig === undefined ? config.kubeconfig : [kubeconfig];
  const access = personalAccess({ files, ...(name === undefined ? {} : { context: name }) });
  const selection = { kinds, ...(namespace === undefined ? {} : { namespace }) };
  const cluster = createCluster({ ...connection(access), name: access.context });
  const reading = await readObjects(cluster, selection).finally(() => cluster.close());
  const { kinds: readable, hidden } = reading;
  if (hidden.length > 0) {
    output.tell(
      `left out, for want of the right to list them: ${hidden.map(({ resource }) => resource.plural).join(', ')}`,
    );
  }
  let shown = reading.objects;
  show(context, options, shown);
  if (options.watch !== true) return exitCodeOf(shown);
  const transport = createTransport({ ...connection(access), cluster: access.context });
  const follower = {
    changed(objects: readonly Known[]) {
      if (isSame(shown, objects)) return;
      shown = objects;
      show(context, options, shown);
    },
    troubled: (error: unknown) => output.tell(`still trying: ${wordsOf(error)}`),
  };
  try {
    await followObjects(createWatch(transport), { ...selection, kinds: readable }, follower, signal);
  } finally {
    await transport.close();
  }
  return exitCodeOf(shown);
}

function connection({ credentials }: PersonalAccess) {
  return { credentials, timeoutMs: 15_000, userAgent: `${projectName}-cli` };
}

function show({ output }: Context, { json, watch, namespace }: StatusOptions, objects: readonly Known[]): void {
  if (json === true) {
    // A line for each change, so that a program can read one after the other.
    output.result(jsonText(statusDocument(objects), watch === true ? 0 : 2));
    return;
  }
  const { paint, columns } = output;
  const options = {
    paint,
    ...(columns === undefined ? {} : { columns }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  if (watch === true) output.clear();
  output.result(statusText(objects, options) + (watch === true && columns === undefined ? '\n' : ''));
}

function isSame(before: readonly Known[], after: readonly Known[]): boolean {
  const versionOf = ({ object: { metadata } }: Known): string => `${metadata.uid}/${metadata.resourceVersion}`;
  return before.map(versionOf).join() === after.map(versionOf).join();
}

function exitCodeOf(objects: readonly Known[]): ExitCode {
  return objects.some((one) => needsSomebody(stateOf(one))) ? exitCodes.found : exitCodes.fine;
}
