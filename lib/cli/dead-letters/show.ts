import { Command } from 'commander';
import { findLetter } from '../../dead-letters/list.ts';
import { printable } from '../../printable.ts';
import { type Context, type DeploymentOptions, withDeployment, withExamples } from '../command.ts';
import { jsonText } from '../output.ts';
import { type ExitCode, exitCodes } from '../problem.ts';
import { withQueues } from './deployment.ts';
import { letterDocument, letterText, unseenText } from './text.ts';

export function showCommand(context: Context): Command {
  const command = new Command('show')
    .description('Show one dead letter: both errors, when, where, and the first 1,024 characters of its body.')
    .argument('<id>', 'its id, as list tells it')
    .action(async (id: string, options: DeploymentOptions) => context.end(await show(context, id, options)));
  return withExamples(withDeployment(command, context.config), {
    'konnect-reconciler dead-letters show 4f6d1c0e-…': 'exits with 1 where there is none of that id',
  });
}

async function show(context: Context, id: string, options: DeploymentOptions): Promise<ExitCode> {
  const { held, unseen } = await withQueues(context, options, (opened) => findLetter(opened, id));
  if (held === undefined) {
    context.output.tell(`no dead letter has the id ${printable(id)}: \`dead-letters list\` shows those that there are`);
    if (unseen > 0) context.output.tell(unseenText(unseen));
    return exitCodes.found;
  }
  context.output.result(options.json === true ? jsonText(letterDocument(held)) : letterText(held));
  return exitCodes.fine;
}
