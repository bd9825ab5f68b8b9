import { Command } from 'commander';
import { Errors } from 'typebox/value';
import type { DriftAnswer } from '../drift/report.ts';
import { type DriftRequest, driftRequestSchema } from '../drift/request.ts';
import { driftText } from '../drift/text.ts';
import { parseDriftAnswer } from './answers.ts';
import { type Context, type DeploymentOptions, severalTimes, withDeployment, withExamples } from './command.ts';
import { withFunction } from './invoke.ts';
import { kindOption } from './kind-option.ts';
import { counted, jsonText } from './output.ts';
import { type ExitCode, exitCodes, Problem } from './problem.ts';

interface DriftOptions extends DeploymentOptions {
  readonly repair?: true;
  readonly cluster?: string;
  readonly controlPlane?: string;
  readonly kind?: readonly string[];
}

export function driftCommand(context: Context): Command {
  const command = new Command('drift')
    .description('Compare objects with what Konnect has. Without --repair it only tells.')
    .option('--repair', 'send an event for what differs, so that it is repaired')
    .option('--cluster <name>', 'only objects of this cluster')
    .option('--control-plane <namespace/name>', "only what lives in this control plane's object")
    .addOption(severalTimes(kindOption('only objects of this kind; may be given several times')))
    .action(async (options: DriftOptions) => context.end(await drift(context, options)));
  return withExamples(withDeployment(command, context.config), {
    'konnect-reconciler drift': 'exits with 1 where something differs, or could not be checked',
    'konnect-reconciler drift --control-plane shop/gateway --repair': 'undoes what others changed there',
    'konnect-reconciler drift --json | jq .report.counts': 'for programs',
  });
}

async function drift(context: Context, options: DriftOptions): Promise<ExitCode> {
  const { output } = context;
  const request = requestOf(options);
  const answer = parseDriftAnswer(await withFunction(context, options, 'drift-check', (invoke) => invoke(request)));
  if (options.json === true) output.result(jsonText(answer));
  else if (answer.report !== undefined) output.result(driftText(answer.report));
  if (answer.queued > 0) {
    output.tell(
      `There was no time for ${counted(answer.queued, 'part')} of it: the queue has them, and their reports go to the log of ${options.stack}-drift-check.`,
    );
  }
  return isClean(answer) ? exitCodes.fine : exitCodes.found;
}

/** @throws {Problem} where a value can not be right. */
function requestOf({ repair, cluster, controlPlane, kind }: DriftOptions): DriftRequest {
  const request = {
    mode: repair === true ? ('repair' as const) : ('report' as const),
    ...(cluster === undefined ? {} : { cluster }),
    ...(controlPlane === undefined ? {} : { controlPlane }),
    ...(kind === undefined ? {} : { kinds: [...kind] }),
    wait: true,
  };
  const [problem] = Errors(driftRequestSchema, request);
  if (problem === undefined) return request;
  throw new Problem(`--${problem.instancePath.slice(1).replace('controlPlane', 'control-plane')} ${problem.message}`);
}

function isClean({ report }: DriftAnswer): boolean {
  if (report === undefined) return true;
  return report.problems.length === 0 && Object.values(report.counts).every((count) => count === 0);
}
