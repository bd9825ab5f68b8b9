import { Command } from 'commander';
import { discardLetters } from '../../dead-letters/discard.ts';
import type { Selection } from '../../dead-letters/selection.ts';
import { printable } from '../../printable.ts';
import { type Context, withDeployment, withExamples } from '../command.ts';
import { type ExitCode, exitCodes, Problem } from '../problem.ts';
import { withQueues } from './deployment.ts';
import { createReporter } from './outcomes.ts';
import { deliberate, type SelectionOptions, withSelection } from './selection.ts';

interface DiscardOptions extends SelectionOptions {
  readonly yes?: true;
}

export function discardCommand(context: Context): Command {
  const command = new Command('discard')
    .description('Delete dead letters for good. Their objects stay as they are, and are looked at when they change.')
    .argument('[ids...]', 'ids, as list tells them')
    .option('--all', 'all dead letters')
    .option('-y, --yes', 'do not ask')
    .action(async (ids: readonly string[], options: DiscardOptions) =>
      context.end(await discard(context, ids, options)),
    );
  return withExamples(withDeployment(withSelection(command), context.config), {
    'konnect-reconciler dead-letters discard --reason "not an event"': 'asks before it deletes',
    'konnect-reconciler dead-letters discard 4f6d1c0e-… --yes': 'exits with 1 where one could not be deleted',
  });
}

async function discard(context: Context, ids: readonly string[], options: DiscardOptions): Promise<ExitCode> {
  const { output } = context;
  const selection = deliberate(ids, options);
  if (options.yes !== true) {
    if (output.ask === undefined) throw new Problem('nobody is here to be asked: say --yes to delete without asking');
    const isWanted = await output.ask(printable(`Delete ${wordsFor(selection)} of ${options.stack} for good?`));
    if (!isWanted) {
      output.tell('nothing was deleted');
      return exitCodes.fine;
    }
  }
  const reporter = createReporter(output, options.json === true, 'deleted');
  const done = await withQueues(context, options, (opened) =>
    discardLetters({ ...opened, selection }, reporter.onOutcome),
  );
  return reporter.end(done);
}

function wordsFor({ ids, kind, reason, lanes }: Selection): string {
  const parts = [
    ...(ids === undefined ? [] : [ids.join(', ')]),
    ...(kind === undefined ? [] : [`about ${kind}`]),
    ...(reason === undefined ? [] : [`with "${reason}" in an error`]),
    ...(lanes === undefined ? [] : [`of ${lanes.join(', ')}`]),
  ];
  return parts.length === 0 ? 'all dead letters' : `the dead letters ${parts.join(', ')}`;
}
