import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Account, environmentOf, type FunctionDefinition } from './definition.ts';
import type { FunctionError, Invoke, RuntimeData, RuntimeMessage } from './protocol.ts';

/** How an invocation, or the start of an environment, ended. */
export type Outcome =
  | { readonly is: 'done'; readonly payload: string }
  | { readonly is: 'failed'; readonly error: FunctionError }
  | { readonly is: 'crashed'; readonly error: FunctionError }
  | { readonly is: 'timed-out' };

/** A line a function wrote. */
export interface Output {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** One execution environment: a worker thread with the function's bundle, for one invocation at a time. */
export interface Environment {
  /** Gets what the function writes, before the answer it belongs to. */
  onOutput: (output: Output) => void;
  /** `done` once the bundle is imported. */
  readonly start: Promise<Outcome>;
  /** False after a crash, a timeout or `end`. */
  readonly isAlive: boolean;
  invoke(invoke: Invoke): Promise<Outcome>;
  /** Ends `outcome` with `timed-out` at `deadline`, and the thread with it. */
  until(deadline: number, outcome: Promise<Outcome>): Promise<Outcome>;
  /** Bytes that its heap takes; 0 once it has ended. */
  heapBytes(): Promise<number>;
  /** Ends the thread in the middle of whatever it does. */
  end(): Promise<void>;
}

const NO_ANSWER = 'Runtime exited without providing a reason';

/** Starts a worker thread that imports the bundle of `definition`. */
export function startEnvironment(
  definition: FunctionDefinition,
  account: Account,
  onOutput: Environment['onOutput'],
): Environment {
  const worker = startWorker(definition, account);
  const start = Promise.withResolvers<Outcome>();
  let pending = start;
  let isAlive = true;
  const settle = (outcome: Outcome) => pending.resolve(outcome);
  const die = (error: FunctionError) => {
    isAlive = false;
    settle({ is: 'crashed', error });
  };
  worker.on('message', (message: RuntimeMessage) => {
    if (message.type === 'log') environment.onOutput(message);
    else if (message.type === 'fatal') die(message.error);
    else settle(outcomeOf(message));
  });
  worker.on('error', (error) => die(crashOf(error)));
  worker.on('exit', (code) => die(exitOf(code)));
  const end = async () => {
    isAlive = false;
    await worker.terminate();
  };
  const environment: Environment = {
    onOutput,
    start: start.promise,
    get isAlive() {
      return isAlive;
    },
    invoke: (invoke) => {
      pending = Promise.withResolvers<Outcome>();
      if (isAlive) worker.postMessage(invoke);
      else die(exitError(NO_ANSWER));
      return pending.promise;
    },
    until: (deadline, outcome) => untilDeadline(deadline, outcome, end),
    heapBytes: () =>
      worker.getHeapStatistics().then(
        ({ total_heap_size, external_memory }) => total_heap_size + external_memory,
        () => 0,
      ),
    end,
  };
  return environment;
}

type Answer = Exclude<RuntimeMessage, { readonly type: 'log' | 'fatal' }>;

function outcomeOf(message: Answer): Outcome {
  if (message.type === 'failed') return { is: 'failed', error: message.error };
  return { is: 'done', payload: message.type === 'done' ? message.payload : 'null' };
}

async function untilDeadline(deadline: number, outcome: Promise<Outcome>, end: () => Promise<void>): Promise<Outcome> {
  const late = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => late.resolve({ is: 'timed-out' }), Math.max(0, deadline - Date.now()));
  const first = await Promise.race([outcome, late.promise]);
  clearTimeout(timer);
  if (first.is === 'timed-out') await end();
  return first;
}

function startWorker(definition: FunctionDefinition, account: Account): Worker {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const names = {
    logGroupName: `/aws/lambda/${definition.name}`,
    logStreamName: `${day}/[$LATEST]${randomBytes(16).toString('hex')}`,
  };
  const data: RuntimeData = {
    bundle: definition.bundle,
    handler: definition.handler,
    functionName: definition.name,
    functionArn: `arn:aws:lambda:${account.region}:${account.accountId}:function:${definition.name}`,
    memoryMb: definition.memoryMb,
    ...names,
  };
  return new Worker(new URL('./runtime.ts', import.meta.url), {
    name: definition.name,
    workerData: data,
    env: environmentOf(definition, account, { ...names, taskRoot: dirname(definition.bundle) }),
    // Nothing of how this process was started may reach a function.
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
  });
}

function crashOf(error: unknown): FunctionError {
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return exitError(outOfMemory ? 'Runtime exited with error: signal: killed' : String(error));
}

function exitOf(code: number): FunctionError {
  return exitError(code === 0 ? NO_ANSWER : `Runtime exited with error: exit status ${code}`);
}

function exitError(errorMessage: string): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage };
}
