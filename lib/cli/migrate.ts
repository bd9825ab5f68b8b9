import { Command } from 'commander';
import { createCluster } from '../cluster/client.ts';
import { projectName } from '../engine/names.ts';
import type { Cluster } from '../engine/ports.ts';
import { kinds } from '../kinds/registry.gen.ts';
import { takeOff } from '../migrate/apply.ts';
import { runningControllers } from '../migrate/controllers.ts';
import type { Direction } from '../migrate/finalizers.ts';
import { type MigrationPlan, planMigration, type Step } from '../migrate/plan.ts';
import { certificateSecrets, isForbidden } from '../migrate/secrets.ts';
import { printable } from '../printable.ts';
import { readObjects } from '../status/objects.ts';
import { type Context, jsonOption, withExamples } from './command.ts';
import { personalAccess } from './kubeconfig.ts';
import { counted, jsonText, tableText } from './output.ts';
import { type ExitCode, exitCodes, Problem } from './problem.ts';

interface MigrateOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly back?: true;
  readonly apply?: true;
  readonly json?: true;
}

export function migrateCommand(context: Context): Command {
  const command = new Command('migrate')
    .description("Take objects over from Kong's operator, or give them back. Without --apply it only tells.")
    .option('--kubeconfig <file>', 'the kubeconfig (default: KUBECONFIG, or ~/.kube/config)')
    .option('--context <name>', 'a context of the kubeconfig (default: its current one)')
    .option('-n, --namespace <name>', 'only objects of this namespace (default: all namespaces)')
    .option('--back', "take this project's finalizers off, so that Kong's operator can have the objects again")
    .option('--apply', 'take the finalizers off')
    .addOption(jsonOption())
    .action(async (options: MigrateOptions) => context.end(await migrate(context, options)));
  return withExamples(command, {
    'konnect-reconciler migrate': "lists what Kong's operator holds, and says whether that still runs",
    'konnect-reconciler migrate --apply': 'takes its finalizers off; Konnect is not touched',
    'konnect-reconciler migrate --back --apply': 'the way back',
  });
}

async function migrate(context: Context, options: MigrateOptions): Promise<ExitCode> {
  const { kubeconfig, context: name } = options;
  const files = kubeconfig === undefined ? context.config.kubeconfig : [kubeconfig];
  const access = personalAccess({ files, ...(name === undefined ? {} : { context: name }) });
  const cluster = createCluster({
    name: access.context,
    credentials: access.credentials,
    timeoutMs: 15_000,
    userAgent: `${projectName}-cli`,
    fieldManager: `${projectName}-migrate`,
  });
  try {
    const plan = await planned(cluster, options);
    const applied = options.apply === true && plan.blocked.length === 0 ? await applyAll(context, cluster, plan) : [];
    if (options.json === true) context.output.result(jsonText({ ...plan, applied: applied.length }));
    else context.output.result(planText(plan, options, applied));
    return plan.blocked.length === 0 && applied.length === plan.steps.length ? exitCodes.fine : exitCodes.found;
  } finally {
    await cluster.close();
  }
}

async function planned(cluster: Cluster, { namespace, back }: MigrateOptions): Promise<MigrationPlan> {
  const direction: Direction = back === true ? 'back' : 'here';
  const { objects, hidden } = await readObjects(cluster, { kinds, ...(namespace === undefined ? {} : { namespace }) });
  if (hidden.length > 0) {
    const names = hidden.map(({ resource }) => resource.plural).join(', ');
    throw new Problem(`you may not list ${names}: take over with the rights of an administrator`);
  }
  const running = await runningControllers(cluster, direction, new Date());
  const secrets =
    direction === 'back' ? [] : await certificateSecrets(cluster, objects, namespace).catch(refuseWithoutSecrets);
  const plan = planMigration(direction, objects, secrets);
  return { ...plan, blocked: [...running, ...plan.blocked] };
}

function refuseWithoutSecrets(error: unknown): never {
  if (!isForbidden(error)) throw error;
  throw new Problem('you may not list Secrets, and those of data planes carry finalizers, too: use an administrator');
}

async function applyAll({ output, signal }: Context, cluster: Cluster, plan: MigrationPlan): Promise<readonly Step[]> {
  const done: Step[] = [];
  for (const step of plan.steps) {
    if (signal.aborted) break;
    await takeOff(cluster, step);
    done.push(step);
    if (done.length % 100 === 0) output.tell(`${done.length} of ${plan.steps.length} objects`);
  }
  return done;
}

function planText(plan: MigrationPlan, { back, apply }: MigrateOptions, applied: readonly Step[]): string {
  const rows = plan.steps.map(({ resource, key, finalizers }) => [
    applied.length > 0 ? '✓' : ' ',
    resource.kind,
    printable(key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`),
    printable(finalizers.join(', ')),
  ]);
  const next =
    back === true
      ? "start Kong's operator: it finds its entities by the ids in the status"
      : 'start the forwarder: it asks for every object that nobody holds';
  return [
    ...(rows.length === 0 ? [] : [tableText(rows)]),
    ...plan.warnings.map((text) => `! ${printable(text)}`),
    ...plan.blocked.map((text) => `✗ ${printable(text)}`),
    plan.steps.length === 0
      ? 'No object carries a finalizer that is to go.'
      : `${counted(applied.length === 0 ? plan.steps.length : applied.length, 'object')} ${applied.length === 0 ? 'to be let go' : 'let go'}.`,
    ...(plan.blocked.length > 0 ? ['Nothing was changed.'] : []),
    ...(apply !== true && plan.steps.length > 0 && plan.blocked.length === 0
      ? ['This was a dry run: say --apply.']
      : []),
    ...(applied.length > 0 ? [`Next, ${next}.`] : []),
  ].join('\n');
}
