import type { Credentials } from '../aws-signature.ts';
import { type Account, checkDefinition, type FunctionDefinition } from './definition.ts';
import { createFunction, type InvocationCounters, type InvocationResult, type LocalFunction } from './function.ts';
import type { LogLine } from './log.ts';
import { type EventSourceMapping, startMapping } from './mapping.ts';

const MAX_KEPT_LINES = 100_000;

export interface FunctionsOptions {
  readonly functions: readonly FunctionDefinition[];
  /** What the functions and the mappings sign their requests with. */
  readonly credentials: Credentials;
  readonly region?: string;
  readonly accountId?: string;
  /** Endpoint by the SDK's name for the service: `{ SQS: 'http://…', SECRETS_MANAGER: 'http://…' }`. */
  readonly endpoints?: Readonly<Record<string, string>>;
  readonly onLog?: (line: LogLine) => void;
}

export interface Counters extends InvocationCounters {
  /** Polls of the event source. */
  readonly polls: number;
  /** Batches of the event source under way, from their receipt until their messages are deleted or given up. */
  readonly batches: number;
}

export interface LocalFunctions extends AsyncDisposable {
  /** Everything the functions and Lambda itself wrote; the last 100,000 lines. */
  readonly logs: readonly LogLine[];
  readonly names: readonly string[];
  /** As Lambda's synchronous Invoke. An error of the function is in the result, not thrown. */
  invoke(name: string, event: unknown): Promise<InvocationResult>;
  counters(name: string): Counters;
  /** Bytes that the heap of each of a function's environments takes now. */
  heapBytes(name: string): Promise<readonly number[]>;
  /** Ends a function's environments now, in the middle of what they do, as when their machine fails. */
  kill(name: string): Promise<void>;
  /** Ends the polls at once and the functions in the middle of what they do; their messages return to the queue. */
  stop(): Promise<void>;
}

/**
 * Runs built functions with Lambda's semantics: one worker thread per execution environment, kept warm, ended at the
 * timeout; event source mappings for FIFO queues with partial batch responses.
 * Kinder than Lambda: an idle environment is not frozen and lives until it is ended.
 * Throws a `RangeError` for a definition that Lambda would refuse.
 */
export async function startFunctions(options: FunctionsOptions): Promise<LocalFunctions> {
  const account: Account = {
    credentials: options.credentials,
    region: options.region ?? 'us-east-1',
    accountId: options.accountId ?? '000000000000',
    endpoints: options.endpoints ?? {},
  };
  options.functions.forEach(checkDefinition);
  const { logs, onLog } = keepLogs(options.onLog);
  const functions = new Map(options.functions.map((each) => [each.name, createFunction(each, account, onLog)]));
  const mappings = await startMappings(options.functions, functions, account, onLog);
  const known = (name: string) => {
    const found = functions.get(name);
    if (!found) throw new RangeError(`There is no function "${name}", only ${[...functions.keys()].join(', ')}`);
    return found;
  };
  const stop = async () => {
    const stopped = [...mappings.values()].map((mapping) => mapping.stop());
    await Promise.all([...functions.values()].map((each) => each.close()));
    await Promise.all(stopped);
  };
  return {
    logs,
    names: [...functions.keys()],
    invoke: async (name, event) => known(name).invoke(event),
    counters: (name) => {
      const { polls = 0, batches = 0 } = mappings.get(name) ?? {};
      return { ...known(name).counters(), polls, batches };
    },
    heapBytes: async (name) => known(name).heapBytes(),
    kill: async (name) => known(name).kill(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function startMappings(
  definitions: readonly FunctionDefinition[],
  functions: ReadonlyMap<string, LocalFunction>,
  account: Account,
  onLog: (line: LogLine) => void,
): Promise<ReadonlyMap<string, EventSourceMapping>> {
  const mappings = new Map<string, EventSourceMapping>();
  try {
    for (const definition of definitions) {
      const { name, eventSource: source } = definition;
      const target = functions.get(name);
      if (!source || !target) continue;
      const onProblem = (text: string) =>
        onLog({ functionName: name, requestId: '', stream: 'platform', text, at: Date.now() });
      mappings.set(name, await startMapping({ definition, source, account, invoke: target.invoke, onProblem }));
    }
    return mappings;
  } catch (error) {
    await Promise.all([...mappings.values()].map((mapping) => mapping.stop()));
    throw error;
  }
}

function keepLogs(onLog: (line: LogLine) => void = () => undefined): {
  readonly logs: readonly LogLine[];
  readonly onLog: (line: LogLine) => void;
} {
  const logs: LogLine[] = [];
  return {
    logs,
    onLog: (line) => {
      logs.push(line);
      if (logs.length > MAX_KEPT_LINES * 1.1) logs.splice(0, logs.length - MAX_KEPT_LINES);
      onLog(line);
    },
  };
}
