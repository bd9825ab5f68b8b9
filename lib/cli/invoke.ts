import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsHttp } from '../aws-http.ts';
import { isRecord } from '../engine/objects.ts';
import { printable } from '../printable.ts';
import type { Context, DeploymentOptions } from './command.ts';
import { Problem } from './problem.ts';

/** Lambda's longest run, and a little for the way. */
const longestRunMs = 15 * 60_000 + 10_000;

/** Invokes one function of a deployment and waits for its answer. */
export type Invoke = (payload: unknown) => Promise<unknown>;

/**
 * Gives work a function of the deployment that the options name, such as `replay` of `<stack>-replay`. It is never invoked
 * twice for one call: what a lost answer did is not known.
 */
export async function withFunction<Result>(
  { output, signal }: Context,
  { stack, region }: DeploymentOptions,
  name: string,
  work: (invoke: Invoke) => Promise<Result>,
): Promise<Result> {
  const FunctionName = `${stack}-${name}`;
  const client = new LambdaClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 1,
    requestHandler: awsHttp({ connectMs: 5_000, answerMs: longestRunMs }),
  });
  const invoke: Invoke = async (payload) => {
    output.tell(`asking ${FunctionName}; it may take up to 15 minutes …`);
    const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) });
    const { FunctionError, Payload } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw isMissing(error) ? missing(stack, FunctionName) : error;
    });
    // An answer without a byte is none of the SDK's arrays.
    const text = Payload instanceof Uint8Array ? new TextDecoder().decode(Payload) : '';
    if (FunctionError !== undefined) throw failed(FunctionName, text);
    return parsed(FunctionName, text);
  };
  try {
    return await work(invoke);
  } finally {
    client.destroy();
  }
}

function parsed(functionName: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(`${functionName} answered with something that is not JSON: see its log`);
  }
}

/** The function threw, or ended without an answer. */
function failed(functionName: string, text: string): Problem {
  const answer = parsed(functionName, text);
  const message = isRecord(answer) ? answer['errorMessage'] : undefined;
  const why = typeof message === 'string' ? printable(message) : 'it gave no reason';
  return new Problem(`${functionName} failed: ${why}; see its log /aws/lambda/${functionName}`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceNotFoundException';
}

function missing(stack: string, functionName: string): Problem {
  return new Problem(
    `the deployment "${stack}" has no function ${functionName} here: give another --stack, --region or AWS_PROFILE`,
  );
}
