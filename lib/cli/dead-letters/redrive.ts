import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { LaneQueues } from '../../dead-letters/lanes.ts';
import { redriveLetters } from '../../dead-letters/redrive.ts';
import { createEventSender } from '../../events/queues.ts';
import type { Lane } from '../../kinds/define.ts';
import { type Context, withDeployment, withExamples } from '../command.ts';
import type { ExitCode } from '../problem.ts';
import { withQueues } from './deployment.ts';
import { createReporter } from './outcomes.ts';
import { deliberate, type SelectionOptions, withSelection } from './selection.ts';

export function redriveCommand(context: Context): Command {
  const command = new Command('redrive')
    .description('Send events of dead letters again. It does no harm: functions look at the objects as they are now.')
    .argument('[ids...]', 'ids, as list tells them')
    .option('--all', 'all dead letters')
    .action(async (ids: readonly string[], options: SelectionOptions) =>
      context.end(await redrive(context, ids, options)),
    );
  return withExamples(withDeployment(withSelection(command), context.config), {
    'konnect-reconciler dead-letters redrive --reason "answered 503"': 'after an outage',
    'konnect-reconciler dead-letters redrive 4f6d1c0e-…': 'one of them',
    'konnect-reconciler dead-letters redrive --all': 'exits with 1 where one could not be sent',
  });
}

async function redrive(context: Context, ids: readonly string[], options: SelectionOptions): Promise<ExitCode> {
  const selection = deliberate(ids, options);
  const run = `redrive-${randomUUID()}`;
  const reporter = createReporter(context.output, options.json === true, 'sent again');
  const done = await withQueues(context, options, async (opened) => {
    // Brings all kinds along, which the other commands do without.
    const { laneOf } = await import('../../registry.ts');
    const sender = createEventSender({ client: opened.client, queueUrls: urlsOf(opened.lanes), laneOf });
    const clock = { now: () => new Date() };
    return redriveLetters({ ...opened, selection, run, sender, clock }, reporter.onOutcome);
  });
  return reporter.end(done, { run });
}

function urlsOf(lanes: readonly LaneQueues[]): Record<Lane, string> {
  const urls: Partial<Record<Lane, string>> = {};
  for (const { lane, queueUrl } of lanes) urls[lane] = queueUrl;
  return urls as Record<Lane, string>;
}
