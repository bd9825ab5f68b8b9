import { type Command, Option } from 'commander';
import type { Selection } from '../../dead-letters/selection.ts';
import { type Lane, lanes } from '../../kinds/define.ts';
import { type DeploymentOptions, severalTimes } from '../command.ts';
import { Problem } from '../problem.ts';

/** Options that narrow dead letters down. */
export interface SelectionOptions extends DeploymentOptions {
  readonly kind?: string;
  readonly reason?: string;
  readonly lane?: readonly Lane[];
  readonly all?: true;
}

export function withSelection(command: Command): Command {
  const lane = new Option('--lane <lane>', 'only those of this lane; may be given several times').choices(lanes);
  return command
    .option('--kind <name>', 'only those about objects of this kind')
    .option('--reason <text>', 'only those whose last or first error holds this text, in any case')
    .addOption(severalTimes(lane));
}

export function selectionOf(ids: readonly string[], { kind, reason, lane }: SelectionOptions): Selection {
  return {
    ...(ids.length === 0 ? {} : { ids }),
    ...(kind === undefined ? {} : { kind }),
    ...(reason === undefined ? {} : { reason }),
    ...(lane === undefined ? {} : { lanes: lane }),
  };
}

/** @throws {Problem} where everything is meant by nobody having said what is meant. */
export function deliberate(ids: readonly string[], options: SelectionOptions): Selection {
  const selection = selectionOf(ids, options);
  const isNarrow = Object.keys(selection).length > 0;
  if (isNarrow === (options.all === true)) {
    throw new Problem(
      isNarrow
        ? '--all stands beside a selection: leave one out'
        : 'say which dead letters: ids, --kind, --reason or --lane; or --all',
    );
  }
  return selection;
}
