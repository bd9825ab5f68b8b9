import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { toolName } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import type { Tool } from '../../lib/tools.ts';

/**
 * Invokes a tool as a person at AWS does.
 * @throws {Error} with what the function says, where it fails.
 */
export async function invoke(tool: Tool, { aws, lambda }: Stack, request: unknown): Promise<unknown> {
  const client = new LambdaClient({ ...aws, endpoint: lambda.url });
  const command = new InvokeCommand({ FunctionName: toolName(tool), Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await client.send(command);
  client.destroy();
  const said = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) throw new Error(said);
  return JSON.parse(said);
}
