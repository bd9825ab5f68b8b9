import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CliConfig, stackVariable } from './config.ts';
import type { Output } from './output.ts';
import { type ExitCode, Problem } from './problem.ts';

/** What every command gets. */
export interface Context {
  readonly config: CliConfig;
  readonly output: Output;
  /** Aborts when a person wants the command to end. */
  readonly signal: AbortSignal;
  /** Says what the process is to exit with. */
  end(code: ExitCode): void;
}

/** Options of commands that speak to a deployment. */
export interface DeploymentOptions {
  readonly stack: string;
  readonly region?: string;
  readonly json?: true;
}

export function jsonOption(): Option {
  return new Option('--json', 'print a JSON document in place of text');
}

/** Adds what every command that speaks to a deployment takes. */
export function withDeployment(command: Command, { stack, region }: CliConfig): Command {
  const where = new Option(
    '--region <region>',
    'AWS region of the deployment (default: as AWS_REGION or your profile says)',
  );
  if (region !== undefined) where.default(region, region);
  return command
    .hook('preAction', (_, action) => {
      if (!isStackName(String(action.opts()['stack'])))
        throw new Problem(`${stackVariable} names no stack: ${stackNames}`);
    })
    .addOption(
      new Option(
        '--stack <name>',
        'the deployment, by the name of its CloudFormation stack (or KONNECT_RECONCILER_STACK)',
      )
        .default(stack, stack)
        .argParser(stackName),
    )
    .addOption(where)
    .addOption(jsonOption());
}

/** Adds examples to a command's help. */
export function withExamples(command: Command, examples: Readonly<Record<string, string>>): Command {
  const width = Math.max(...Object.keys(examples).map((example) => example.length));
  const lines = Object.entries(examples).map(([example, what]) => `  $ ${example.padEnd(width)}  # ${what}`);
  return command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}

/** Lets an option with choices be given several times. */
export function severalTimes(option: Option): Option {
  // The list of choices checks each value before it is collected.
  const checked = option.parseArg;
  return option.argParser((value: string, before: readonly string[] | undefined) => {
    checked?.(value, undefined);
    return [...(before ?? []), value];
  });
}

const stackNames = 'a stack is named with letters, digits and hyphens, a letter first.';

// A name becomes part of others', which AWS would refuse with less words.
function stackName(value: string): string {
  if (isStackName(value)) return value;
  throw new InvalidArgumentError(stackNames);
}

function isStackName(value: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]{0,60}$/.test(value);
}
