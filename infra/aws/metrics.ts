import { findingClasses } from '../../lib/drift/report.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { konnectFunctionNames } from './names.ts';

/** A metric in CloudWatch; `${…}` in its texts is CloudFormation's. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** CloudFormation puts the stack's name there. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation's template
export const stack = '${AWS::StackName}';
/** Our own metrics have the stack's name for a namespace; serverless.yml tells the functions so. */
export const ownNamespace = stack;

/** The queues that events and parts of drift checks wait in. */
export const queueNames: readonly string[] = [...lanes, 'drift'];

/** Every queue that something waits in for a person, by the name in its logical id. */
export const deadLetterQueues: Readonly<Record<string, string>> = Object.fromEntries([
  ...queueNames.map((name) => [name, `${name}-dead.fifo`]),
  ['schedule', 'schedule-dead'],
]);

/** @param queue its name without the stack's */
export function ofQueue(queue: string, name: string): Metric {
  return { namespace: 'AWS/SQS', name, dimensions: { QueueName: `${stack}-${queue}` } };
}

export function ofFunction(functionName: string, name: string): Metric {
  return { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: `${stack}-${functionName}` } };
}

/** One of lib/telemetry.ts. */
export function own(service: string, name: string, dimensions: Readonly<Record<string, string>> = {}): Metric {
  return { namespace: ownNamespace, name, dimensions: { service, ...dimensions } };
}

/** The same of every function that talks to Konnect. */
export function ofKonnect(name: string): readonly Metric[] {
  return konnectFunctionNames.map((service) => own(service, name));
}

/** What drift checks found, by class. */
export const driftFindings: readonly Metric[] = findingClasses.map((found) =>
  own('drift-check', 'DriftFindings', { class: found }),
);
