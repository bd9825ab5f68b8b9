import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { toolName } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import type { ReplayAnswer, ReplayRequest } from '../../lib/replay/request.ts';

/**
 * Invokes replay as a person at AWS does.
 * @throws {Error} with what the function says, where it fails.
 */
export async function replay({ aws, lambda }: Stack, request: ReplayRequest): Promise<ReplayAnswer> {
  const client = new LambdaClient({ ...aws, endpoint: lambda.url });
  const command = new InvokeCommand({ FunctionName: toolName('replay'), Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await client.send(command);
  client.destroy();
  const said = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) throw new Error(said);
  return JSON.parse(said) as ReplayAnswer;
}

/** How many events an answer tells of. */
export function countOf({ events }: ReplayAnswer): number {
  return Object.values(events).reduce((sum, count) => sum + count, 0);
}
