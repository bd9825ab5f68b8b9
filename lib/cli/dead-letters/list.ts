import { Command } from 'commander';
import { listLetters } from '../../dead-letters/list.ts';
import { type Context, withDeployment, withExamples } from '../command.ts';
import { jsonText } from '../output.ts';
import { type ExitCode, exitCodes } from '../problem.ts';
import { withQueues } from './deployment.ts';
import { type SelectionOptions, selectionOf, withSelection } from './selection.ts';
import { lettersText, unseenText } from './text.ts';

export function listCommand(context: Context): Command {
  const command = new Command('list')
    .description('List what was given up, and why. Nothing is changed.')
    .action(async (options: SelectionOptions) => context.end(await list(context, options)));
  return withExamples(withDeployment(withSelection(command), context.config), {
    'konnect-reconciler dead-letters list': 'exits with 1 where there are any',
    'konnect-reconciler dead-letters list --lane entity --reason 503': 'some of them',
    'konnect-reconciler dead-letters list --json | jq -r .letters[].id': 'for programs',
  });
}

async function list(context: Context, options: SelectionOptions): Promise<ExitCode> {
  const { output } = context;
  const selection = selectionOf([], options);
  const { letters, unseen } = await withQueues(context, options, (opened) => listLetters({ ...opened, selection }));
  if (options.json === true) output.result(jsonText({ letters, unseen }));
  else output.result(lettersText(letters, output.columns));
  if (unseen > 0) output.tell(unseenText(unseen));
  return letters.length + unseen === 0 ? exitCodes.fine : exitCodes.found;
}
