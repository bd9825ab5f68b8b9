import { Command } from 'commander';
import { printableLines } from '../printable.ts';
import type { Context } from './command.ts';
import { exitCodeOf, wordsOf } from './problem.ts';

const exits = `
Exit codes: 0 all is well; 1 something was found that is not, such as an object that is not ready, drift, or a dead letter;
2 the command could not do its work: wrong usage, no connection, no right.`;

interface Part {
  readonly summary: string;
  /** A command brings half a second of packages along, so only the one that is asked for is loaded. */
  readonly load: () => Promise<(context: Context) => Command>;
}

const parts: Readonly<Record<string, Part>> = {
  status: {
    summary: 'Show the objects of a cluster as a tree, and what of them is not ready.',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  doctor: {
    summary: 'Look for what is missing or wrong in a deployment and a cluster.',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  drift: {
    summary: 'Compare objects with what Konnect has, and repair it.',
    load: async () => (await import('./drift.ts')).driftCommand,
  },
  replay: {
    summary: 'Let functions look at objects again.',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  migrate: {
    summary: "Take objects over from Kong's operator, or give them back.",
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  'dead-letters': {
    summary: 'Look at the events that functions gave up, send them again, or discard them.',
    load: async () => (await import('./dead-letters/command.ts')).deadLettersCommand,
  },
};

/**
 * Runs the command line.
 * @param args without the names of node and of the program
 */
export async function run(args: readonly string[], context: Context): Promise<void> {
  const { output } = context;
  const program = new Command('konnect-reconciler')
    .description('Look after Kong Konnect that is reconciled from Kubernetes manifests.')
    .addHelpText('after', exits);
  const asked = args.find((argument) => Object.hasOwn(parts, argument));
  for (const [name, { summary, load }] of Object.entries(parts)) {
    const command = name === asked ? (await load())(context) : new Command(name);
    program.addCommand(command.summary(summary));
  }
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .showHelpAfterError('(--help shows how it is used)')
      .configureOutput({
        writeOut: (text) => output.result(printableLines(text.trimEnd())),
        writeErr: (text) => output.tell(text.trimEnd()),
      });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong with the usage by then.
    const isTold = error instanceof Error && error.name === 'CommanderError';
    if (context.signal.aborted) context.output.tell('stopped');
    else if (!isTold) context.output.tell(`konnect-reconciler: ${wordsOf(error)}`);
    context.end(exitCodeOf(error));
  }
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
