import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the command line takes from the environment. Credentials and endpoints of AWS are read by the SDK itself. */
export interface CliConfig {
  /** The deployment, by the name of its CloudFormation stack. */
  readonly stack: string;
  /** Where it is; where absent, the SDK looks into the AWS configuration file. */
  readonly region: string | undefined;
  /** Files that make up the kubeconfig, the most important first. */
  readonly kubeconfig: readonly string[];
}

export const stackVariable = 'KONNECT_RECONCILER_STACK';
export const defaultStack = 'konnect-reconciler-dev';

/** Reads the environment; an empty variable counts as absent. */
export function readCliConfig(environment: Readonly<Record<string, string | undefined>> = process.env): CliConfig {
  const files = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return {
    stack: environment[stackVariable] || defaultStack,
    region: environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || undefined,
    kubeconfig: files.length > 0 ? files : [join(homedir(), '.kube', 'config')],
  };
}
