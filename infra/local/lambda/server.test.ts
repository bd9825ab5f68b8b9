import { InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { credentials, openWorkshop, until, type Workshop } from './fixture.ts';
import { type LocalFunctions, startFunctions } from './functions.ts';
import { type LocalLambda, startLambda } from './server.ts';

const region = 'us-east-1';
const accountId = '000000000000';
const arn = `arn:aws:lambda:${region}:${accountId}:function:toy`;
const source = `export const handler = async (event) => {
  console.log('asked for', event.what);
  if (event.what === 'trouble') throw new RangeError('no such thing');
  return { got: event };
};`;

let workshop: Workshop;
let functions: LocalFunctions;
let lambda: LocalLambda;
let client: LambdaClient;

beforeAll(async () => {
  workshop = await openWorkshop();
  functions = await startFunctions({ functions: [await workshop.make('toy', source)], credentials });
  lambda = await startLambda({ functions, region, accountId, credentials });
  client = clientWith(credentials);
});
afterAll(async () => {
  client.destroy();
  await lambda.stop();
  await functions.stop();
  await workshop[Symbol.asyncDispose]();
});

function clientWith(pair: typeof credentials): LambdaClient {
  return new LambdaClient({ region, endpoint: lambda.url, credentials: pair, maxAttempts: 1 });
}

function invoke(event: unknown, over: Partial<InvokeCommandInput> = {}) {
  return client.send(new InvokeCommand({ FunctionName: 'toy', Payload: JSON.stringify(event), ...over }));
}

it('answers with what the function returns', async () => {
  const answer = await invoke({ what: 'ä' });
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(answer.FunctionError).toBeUndefined();
  expect(answer.LogResult).toBeUndefined();
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({ got: { what: 'ä' } });
});

it.each([arn, `${arn}:$LATEST`, `${accountId}:function:toy`])('knows a function as %s', async (FunctionName) => {
  expect(await invoke({}, { FunctionName })).toMatchObject({ StatusCode: 200 });
});

it('takes a qualifier and no payload', async () => {
  const command = new InvokeCommand({ FunctionName: 'toy', Qualifier: '$LATEST' });
  const { Payload } = await client.send(command);
  expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual({ got: {} });
});

it('tells an error of the function in the answer, and the end of its log where asked', async () => {
  const answer = await invoke({ what: 'trouble' }, { LogType: 'Tail' });
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
    errorType: 'RangeError',
    errorMessage: 'no such thing',
  });
  const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
  expect(log).toMatch(/^START RequestId[\s\S]*asked for trouble[\s\S]*END RequestId/);
});

it('does not wait where it need not', async () => {
  const before = functions.counters('toy').invocations;
  expect(await invoke({ what: 'later' }, { InvocationType: 'Event' })).toMatchObject({ StatusCode: 202 });
  await until(() => functions.logs.some(({ text }) => text.endsWith('asked for later')));
  expect(await invoke({}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
  expect(functions.counters('toy').invocations).toBe(before + 1);
});

it.each([
  [{ FunctionName: 'other' }, 'ResourceNotFoundException', `Function not found: ${arn.replace('toy', 'other')}`],
  [{ Qualifier: 'live' }, 'ResourceNotFoundException', `Function not found: ${arn}:live`],
  [{ Payload: '{' }, 'InvalidRequestContentException', 'Could not parse request body into json'],
  [
    { Payload: JSON.stringify('x'.repeat(6_291_456)) },
    'RequestTooLargeException',
    'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  ],
  [
    { InvocationType: 'Event' as const, Payload: JSON.stringify('x'.repeat(1_048_576)) },
    'RequestTooLargeException',
    'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
  ],
])('refuses as Lambda does: case %#', async (over, name, message) => {
  await expect(invoke({}, over)).rejects.toMatchObject({ name, message });
});

it('lets nobody in who signs with another key', async () => {
  const stranger = clientWith({ ...credentials, secretAccessKey: 'other' });
  const invocation = stranger.send(new InvokeCommand({ FunctionName: 'toy' }));
  await expect(invocation).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  stranger.destroy();
  expect((await fetch(`${lambda.url}/2015-03-31/functions/toy/invocations`, { method: 'POST' })).status).toBe(403);
});
