import { deadLetterQueueUrlVariable, queueUrlVariable } from '../../lib/config.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import type { Tool } from '../../lib/tools.ts';
import { pascalCase } from './names.ts';

/** Variables of one function by name: values, or what CloudFormation makes values of. */
type Variables = Readonly<Record<string, unknown>>;

/** What osls hands to a function that computes a part of its configuration. */
interface Osls {
  resolveVariable(name: string): Promise<unknown>;
}

/** The stage of the stack that `npm run dev` keeps up; nothing is ever deployed for it. */
const localStage = 'local';

/**
 * What each function is told beside what serverless.yml tells all of them. In the stage `local` it is told everything, and
 * by this shell, which CloudFormation has no part in.
 */
export async function environment({ resolveVariable }: Osls): Promise<Readonly<Record<string, Variables>>> {
  if ((await resolveVariable('sls:stage')) !== localStage) return byFunction(deployed);
  const variables = await Promise.all(
    shellVariables.map(async (name) => [name, await resolveVariable(`env:${name}, ''`)] as const),
  );
  const missing = variables.filter(([, value]) => value === '').map(([name]) => name);
  if (missing.length > 0) {
    throw new Error(
      `not set: ${missing.join(', ')}. The stage "local" is the stack that "npm run dev" keeps up; source the file that it names`,
    );
  }
  return byFunction(fromShell(Object.fromEntries(variables)));
}

/** Where a function's own variables come from. */
interface Source {
  readonly all: Variables;
  deadLetterQueueUrl(lane: Lane): unknown;
  driftQueueUrl(): unknown;
  clusterSecretPrefix(of: Lane | Tool): unknown;
}

function byFunction(source: Source): Readonly<Record<string, Variables>> {
  const own = (of: Lane | Tool): Variables => ({
    ...source.all,
    CLUSTER_SECRET_PREFIX: source.clusterSecretPrefix(of),
  });
  const ofLanes = lanes.map((lane) => [
    `reconcile-${lane}`,
    { ...own(lane), DEAD_LETTER_QUEUE_URL: source.deadLetterQueueUrl(lane) },
  ]);
  const deadLetterQueueUrls = lanes.map((lane) => [deadLetterQueueUrlVariable(lane), source.deadLetterQueueUrl(lane)]);
  const ofTools: Readonly<Record<Tool, Variables>> = {
    'drift-check': { ...own('drift-check'), QUEUE_URL_DRIFT: source.driftQueueUrl() },
    replay: { ...own('replay'), ...Object.fromEntries(deadLetterQueueUrls) },
  };
  return { ...Object.fromEntries(ofLanes), ...ofTools };
}

const deployed: Source = {
  all: {},
  deadLetterQueueUrl: (lane) => ({ Ref: `${pascalCase(lane)}DeadLetterQueue` }),
  driftQueueUrl: () => ({ Ref: 'DriftQueue' }),
  clusterSecretPrefix: (of) => ({ 'Fn::Sub': `\${ClusterSecretPrefix}/${of}` }),
};

const forAll = [...lanes.map(queueUrlVariable), 'TOKEN_SECRET_PREFIX', 'KONNECT_ENDPOINT_URL', 'LOG_LEVEL'];
const shellVariables = [
  ...forAll,
  ...lanes.map(deadLetterQueueUrlVariable),
  'QUEUE_URL_DRIFT',
  'CLUSTER_SECRET_PREFIX',
];

/** What serverless.yml takes from parameters, which are nobody's in a shell. */
const unset = { KONNECT_ALLOWED_HOSTS: '', TOKEN_KMS_KEY_ARN: '', METRICS_NAMESPACE: 'KonnectReconciler' };

function fromShell(shell: Variables): Source {
  return {
    all: { ...Object.fromEntries(forAll.map((name) => [name, shell[name]])), ...unset },
    deadLetterQueueUrl: (lane) => shell[deadLetterQueueUrlVariable(lane)],
    driftQueueUrl: () => shell['QUEUE_URL_DRIFT'],
    clusterSecretPrefix: (of) => `${String(shell['CLUSTER_SECRET_PREFIX'])}/${of}`,
  };
}
