import { pascalCase } from '../../infra/aws/names.ts';
import type { Tool } from '../../lib/tools.ts';
import { account, region } from './template.ts';

/* Names of what is deployed, as AWS has them. */

export const stack = 'konnect-reconciler-dev';
export const secrets = `arn:aws:secretsmanager:${region}:${account}:secret:`;
export const logs = `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/`;

/** ARN of a queue, without the stack's name and `.fifo`. */
export function queue(name: string): string {
  return `arn:aws:sqs:${region}:${account}:${stack}-${name}.fifo`;
}

export function queueUrl(name: string): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${stack}-${name}.fifo`;
}

/** ARN of a secret, with the characters at the end that Secrets Manager chooses. */
export function secret(name: string): string {
  return `${secrets}${name}-AbCdEf`;
}

/** Logical id. */
export function roleOfTool(tool: Tool): string {
  return `${pascalCase(tool)}Role`;
}
