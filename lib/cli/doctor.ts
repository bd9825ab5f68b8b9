import { Command, Option } from 'commander';
import { examineAws } from '../doctor/aws.ts';
import { examineCluster } from '../doctor/cluster.ts';
import { type Finding, findingsText } from '../doctor/finding.ts';
import { checkForwarder } from '../doctor/forwarder.ts';
import { checkNode } from '../doctor/node.ts';
import { lanes } from '../kinds/define.ts';
import { kinds } from '../kinds/registry.gen.ts';
import type { Component } from '../rights.ts';
import { tools } from '../tools.ts';
import { type Context, type DeploymentOptions, withDeployment, withExamples } from './command.ts';
import { type PersonalAccess, personalAccess } from './kubeconfig.ts';
import { jsonText } from './output.ts';
import { type ExitCode, exitCodes, wordsOf } from './problem.ts';

interface DoctorOptions extends DeploymentOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly as?: Component;
  readonly forwarderUrl?: string;
}

export function doctorCommand(context: Context): Command {
  const command = new Command('doctor')
    .description(
      'Look for what is missing or wrong: AWS, queues, secrets, cluster, definitions, rights, tokens, clocks.',
    )
    .option('--kubeconfig <file>', 'the kubeconfig (default: KUBECONFIG, or ~/.kube/config)')
    .option('--context <name>', 'a context of the kubeconfig (default: its current one)')
    .addOption(
      new Option('--as <component>', 'the kubeconfig is that of this component: ask for its own rights only').choices([
        'forwarder',
        ...lanes,
        ...tools,
      ]),
    )
    .option('--forwarder-url <url>', 'where a forwarder serves /healthz and /readyz')
    .action(async (options: DoctorOptions) => context.end(await doctor(context, options)));
  return withExamples(withDeployment(command, context.config), {
    'konnect-reconciler doctor': 'exits with 1 where something is wrong',
    'konnect-reconciler doctor --as entity --kubeconfig entity.yaml': 'before that kubeconfig goes to Secrets Manager',
    'konnect-reconciler doctor --forwarder-url http://localhost:8080': 'after kubectl port-forward',
  });
}

async function doctor(context: Context, options: DoctorOptions): Promise<ExitCode> {
  const { stack, region, as, forwarderUrl, json } = options;
  const aws = await examineAws({ stack, explain: wordsOf, ...(region === undefined ? {} : { region }) });
  const findings: readonly Finding[] = [
    checkNode(process.versions.node),
    ...aws.findings,
    ...(await clusterFindings(context, options, as, aws.tokens)),
    ...(forwarderUrl === undefined ? [] : [await checkForwarder(forwarderUrl)]),
  ];
  context.output.result(json === true ? jsonText({ findings }) : findingsText(findings));
  return findings.some(({ state }) => state === 'wrong') ? exitCodes.found : exitCodes.fine;
}

async function clusterFindings(
  { config }: Context,
  { kubeconfig, context: name }: DoctorOptions,
  as: Component | undefined,
  tokens: readonly string[] | undefined,
): Promise<readonly Finding[]> {
  let access: PersonalAccess;
  try {
    const files = kubeconfig === undefined ? config.kubeconfig : [kubeconfig];
    access = personalAccess({ files, ...(name === undefined ? {} : { context: name }) });
  } catch (error) {
    return [{ check: 'cluster', state: 'wrong', message: wordsOf(error) }];
  }
  return examineCluster({ access, kinds, tokens, explain: wordsOf, ...(as === undefined ? {} : { as }) });
}
