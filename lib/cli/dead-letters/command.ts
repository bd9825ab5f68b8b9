import { Command } from 'commander';
import type { Context } from '../command.ts';
import { discardCommand } from './discard.ts';
import { listCommand } from './list.ts';
import { redriveCommand } from './redrive.ts';
import { showCommand } from './show.ts';

export function deadLettersCommand(context: Context): Command {
  const command = new Command('dead-letters').description(
    'Look at the events that functions gave up, send them again, or discard them.',
  );
  for (const one of [listCommand(context), showCommand(context), redriveCommand(context), discardCommand(context)]) {
    command.addCommand(one);
  }
  return command;
}
