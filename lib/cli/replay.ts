import { Command } from 'commander';
import { Errors } from 'typebox/value';
import { display } from '../engine/objects.ts';
import { printable } from '../printable.ts';
import { type ReplayAnswer, type ReplayRequest, replayRequestSchema } from '../replay/request.ts';
import { parseReplayAnswer } from './answers.ts';
import { type Context, type DeploymentOptions, withDeployment, withExamples } from './command.ts';
import { type Invoke, withFunction } from './invoke.ts';
import { kindOption } from './kind-option.ts';
import { counted, jsonText, tableText } from './output.ts';
import { type ExitCode, exitCodes, Problem } from './problem.ts';

interface ReplayOptions extends DeploymentOptions {
  readonly cluster?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly selector?: string;
  readonly controlPlane?: string;
  readonly all?: true;
  readonly deadLetters?: true;
  readonly force?: true;
  readonly send?: true;
}

export function replayCommand(context: Context): Command {
  const command = new Command('replay')
    .description('Let functions look at objects again. Without --send it only tells for which.')
    .option('--cluster <name>', 'in this cluster (default: in all that are registered)')
    .addOption(kindOption('only objects of this kind'))
    .option('-n, --namespace <name>', 'only objects of this namespace')
    .option('--name <name>', 'only objects of this name')
    .option('--uid <uid>', 'only the object of this uid')
    .option('-l, --selector <labels>', 'only objects with these labels, as for kubectl')
    .option('--control-plane <namespace/name>', "only this control plane's object and all that lives in it")
    .option('--all', 'all objects; has to be said where nothing narrows it down')
    .option('--dead-letters', 'only objects that dead letters name; these letters go')
    .option('--force', 'compare with Konnect also what is done for its generation, and repair it')
    .option('--send', 'send the events; without it this is a dry run')
    .action(async (options: ReplayOptions) => context.end(await replay(context, options)));
  return withExamples(withDeployment(command, context.config), {
    'konnect-reconciler replay --namespace shop': 'tells what would be sent',
    'konnect-reconciler replay --namespace shop --name orders --force --send': 'repairs one object now',
    'konnect-reconciler replay --control-plane shop/gateway --send': 'all of a control plane',
    'konnect-reconciler replay --all --json': 'for programs; exits with 1 where something could not be sent',
  });
}

async function replay(context: Context, options: ReplayOptions): Promise<ExitCode> {
  const request = requestOf(options);
  const answer = await withFunction(context, options, 'replay', (invoke) => toTheEnd(context, invoke, request));
  context.output.result(options.json === true ? jsonText(answer) : replayText(answer));
  return answer.problems.length === 0 ? exitCodes.fine : exitCodes.found;
}

/** @throws {Problem} where nothing says which objects are meant, or a value can not be right. */
export function requestOf(options: ReplayOptions): ReplayRequest {
  const { cluster, kind, namespace, name, uid, selector: labelSelector, controlPlane } = options;
  const { all, deadLetters, force, send } = options;
  const given = Object.fromEntries(
    Object.entries({ kind, namespace, name, uid, labelSelector, controlPlane }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const isNarrow = Object.keys(given).length > 0;
  if (isNarrow && all === true) throw new Problem('--all stands beside what narrows it down: leave one out');
  // A cluster says where, and not what: the whole of one is as much as that of all.
  if (!isNarrow && all === undefined && deadLetters === undefined) {
    throw new Problem('say which objects: --namespace, --kind, --control-plane, …; or --all, or --dead-letters');
  }
  const request = {
    ...(cluster === undefined ? {} : { cluster }),
    ...given,
    ...(all === undefined ? {} : { all }),
    ...(deadLetters === undefined ? {} : { deadLetters }),
    ...(force === undefined ? {} : { force }),
    dryRun: send !== true,
  };
  const [problem] = Errors(replayRequestSchema, request);
  if (problem !== undefined) {
    const flag = problem.instancePath.slice(1).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new Problem(`--${flag.replace('label-', '')} ${problem.message}`);
  }
  return request;
}

/** The function stops before its time is over and says where to go on; all its answers together are one. */
async function toTheEnd({ output, signal }: Context, invoke: Invoke, request: ReplayRequest): Promise<ReplayAnswer> {
  let whole = parseReplayAnswer(await invoke(request));
  while (whole.next !== undefined) {
    signal.throwIfAborted();
    output.tell(`${counted(total(whole), 'event')} so far; going on`);
    const part = parseReplayAnswer(await invoke({ ...request, after: whole.next, run: whole.run }));
    // A queue is gone on with at the same place, and that only leads further as long as events leave it.
    const isStuck = part.next === whole.next && (part.dryRun || total(part) === 0);
    whole = joined(whole, isStuck ? cutShort(part) : part);
  }
  return whole;
}

function cutShort({ next: _, ...part }: ReplayAnswer): ReplayAnswer {
  return { ...part, problems: [...part.problems, 'time ran out before the end, and going on leads no further'] };
}

function joined({ events, objects, problems }: ReplayAnswer, part: ReplayAnswer): ReplayAnswer {
  const lanes = [...new Set([...Object.keys(events), ...Object.keys(part.events)])];
  return {
    ...part,
    events: Object.fromEntries(lanes.map((lane) => [lane, (events[lane] ?? 0) + (part.events[lane] ?? 0)])),
    objects: [...objects, ...part.objects].slice(0, 100),
    problems: [...problems, ...part.problems],
  };
}

function total({ events }: ReplayAnswer): number {
  return Object.values(events).reduce((sum, count) => sum + count, 0);
}

/** What was sent, or would be, for people. */
export function replayText(answer: ReplayAnswer): string {
  const { run, dryRun, events, objects, problems } = answer;
  const sent = total(answer);
  const rows = objects.map((one) => [`  ${printable(one.kind)}`, printable(display(one)), printable(one.cluster)]);
  const lanes = Object.entries(events).filter(([, count]) => count > 0);
  const more = sent - objects.length;
  const byLane =
    lanes.length === 0 ? '' : ` (${lanes.map(([lane, count]) => `${printable(lane)} ${count}`).join(', ')})`;
  return [
    ...(rows.length === 0 ? [] : [tableText(rows)]),
    ...(more > 0 && rows.length > 0 ? [`  … and ${more} more`] : []),
    `${counted(sent, 'event')} ${dryRun ? 'would be sent' : 'sent'}${byLane}. Run ${printable(run)}.`,
    ...(dryRun && sent > 0 ? ['This was a dry run: say --send to send them.'] : []),
    ...problems.map((problem) => `! ${printable(problem)}`),
  ].join('\n');
}
