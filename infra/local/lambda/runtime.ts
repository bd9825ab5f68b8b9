/**
 * The Node runtime of Lambda, as the entry of a worker thread: imports the bundle once, then answers one invocation
 * after the other. Behaves as nodejs24.x: promises only, no callback, no `callbackWaitsForEmptyEventLoop`.
 */
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { FunctionError, Invoke, RuntimeData, RuntimeMessage } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const LEVELS = { debug: 'DEBUG', error: 'ERROR', info: 'INFO', log: 'INFO', trace: 'TRACE', warn: 'WARN' } as const;

let requestId: string | undefined;

if (parentPort) await serve(parentPort, workerData);

async function serve(port: MessagePort, data: RuntimeData): Promise<void> {
  const post = (message: RuntimeMessage) => port.postMessage(message);
  captureOutput(post);
  dieOnStrayErrors(post);
  const handler = await importHandler(data, post);
  if (!handler) return;
  port.on('message', (invoke: Invoke) => answer(handler, data, invoke, post));
  post({ type: 'ready' });
}

async function importHandler(data: RuntimeData, post: (message: RuntimeMessage) => void): Promise<Handler | undefined> {
  try {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(data.bundle).href);
    return handlerIn(module, data.handler);
  } catch (error) {
    post({ type: 'fatal', error: describe(error) });
    process.exit(1);
  }
}

function handlerIn(module: Readonly<Record<string, unknown>>, name: string): Handler {
  const handler = module[name];
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `index.${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `index.${name} is not a function`);
  if (handler.length > 2) {
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    );
  }
  return (event, context) => Reflect.apply(handler, undefined, [event, context]);
}

async function answer(
  handler: Handler,
  data: RuntimeData,
  invoke: Invoke,
  post: (message: RuntimeMessage) => void,
): Promise<void> {
  requestId = invoke.requestId;
  process.env['_X_AMZN_TRACE_ID'] = invoke.traceId;
  try {
    const result = await handler(JSON.parse(invoke.event), contextOf(data, invoke));
    post({ type: 'done', requestId: invoke.requestId, payload: stringify(result) });
  } catch (thrown) {
    const error = describe(thrown);
    console.error('Invoke Error', JSON.stringify(error));
    post({ type: 'failed', requestId: invoke.requestId, error });
  }
}

function contextOf(data: RuntimeData, invoke: Invoke): object {
  return {
    awsRequestId: invoke.requestId,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: data.logGroupName,
    logStreamName: data.logStreamName,
    getRemainingTimeInMillis: () => invoke.deadline - Date.now(),
  };
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (cause) {
    throw named('Runtime.MarshalError', `Unable to stringify response body: ${cause}`);
  }
}

/** Every written line goes to the parent by message, so that it comes before the answer it belongs to. */
function captureOutput(post: (message: RuntimeMessage) => void): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      post({ type: 'log', stream, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    };
  }
  for (const [method, level] of Object.entries(LEVELS)) {
    Reflect.set(console, method, (...values: unknown[]) => {
      process.stdout.write(`${[new Date().toISOString(), requestId, level, format(...values)].join('\t')}\n`);
    });
  }
}

function dieOnStrayErrors(post: (message: RuntimeMessage) => void): void {
  process.on('uncaughtException', (error) => {
    post({ type: 'fatal', error: describe(error) });
    process.exit(129);
  });
  process.on('unhandledRejection', (reason) => {
    const error = describe(reason);
    post({
      type: 'fatal',
      error: { ...error, errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(reason) },
    });
    process.exit(128);
  });
}

function describe(thrown: unknown): FunctionError {
  if (thrown instanceof Error) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
