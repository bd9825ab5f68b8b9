import { randomBytes, randomUUID } from 'node:crypto';
import type { Account, FunctionDefinition } from './definition.ts';
import type { Outcome } from './environment.ts';
import { type LogLine, openLog } from './log.ts';
import { createPool } from './pool.ts';
import type { FunctionError } from './protocol.ts';

const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** What Lambda's Invoke answers with. `functionError` is set when the function, not the call, failed. */
export interface InvocationResult {
  readonly payload: unknown;
  readonly functionError?: 'Unhandled';
  /** The last 4 KiB of the invocation's log. */
  readonly logTail: string;
}

export interface InvocationCounters {
  readonly invocations: number;
  readonly coldStarts: number;
  readonly errors: number;
  readonly timeouts: number;
  /** Invocations that run now. */
  readonly running: number;
}

export interface LocalFunction {
  counters(): InvocationCounters;
  invoke(event: unknown): Promise<InvocationResult>;
  /** Bytes that the heap of each environment takes. */
  heapBytes(): Promise<readonly number[]>;
  /** Ends every environment, also in the middle of an invocation. The next invocation starts a new one. */
  kill(): Promise<void>;
  /** As `kill`, and every later invocation fails. */
  close(): Promise<void>;
}

/** A function that can be invoked; `onLog` gets every line of its log. */
export function createFunction(
  definition: FunctionDefinition,
  account: Account,
  onLog: (line: LogLine) => void,
): LocalFunction {
  const counters = { invocations: 0, errors: 0, timeouts: 0, running: 0 };
  const pool = createPool(definition, account);
  return {
    counters: () => ({ ...counters, coldStarts: pool.coldStarts }),
    invoke: async (event) => {
      const json = encode(definition.name, event);
      const requestId = randomUUID();
      counters.invocations += 1;
      counters.running += 1;
      const log = openLog(definition.name, requestId, onLog);
      const outcome = await pool.run({ requestId, event: json, traceId: newTraceId() }, log);
      counters.running -= 1;
      const error = errorOf(outcome, requestId, definition.timeoutSeconds);
      if (error) counters.errors += 1;
      if (outcome.is === 'timed-out') counters.timeouts += 1;
      log.finish(definition.memoryMb, error);
      if (error) return { functionError: 'Unhandled', payload: error, logTail: log.tail() };
      return { payload: outcome.is === 'done' ? JSON.parse(outcome.payload) : null, logTail: log.tail() };
    },
    heapBytes: pool.heapBytes,
    kill: pool.kill,
    close: pool.close,
  };
}

function encode(name: string, event: unknown): string {
  const json = JSON.stringify(event ?? {});
  if (Buffer.byteLength(json) > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`RequestEntityTooLargeException: the event for ${name} has more than 6291456 bytes`);
  }
  return json;
}

function errorOf(outcome: Outcome, requestId: string, timeoutSeconds: number): FunctionError | undefined {
  switch (outcome.is) {
    case 'failed':
      return outcome.error;
    case 'crashed':
      if (outcome.error.errorType !== 'Runtime.ExitError') return outcome.error;
      return { ...outcome.error, errorMessage: `RequestId: ${requestId} Error: ${outcome.error.errorMessage}` };
    case 'timed-out': {
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      return { errorType: 'Sandbox.Timedout', errorMessage };
    }
    case 'done': {
      const size = Buffer.byteLength(outcome.payload);
      if (size <= MAX_PAYLOAD_BYTES) return undefined;
      const errorMessage = `Response payload size (${size} bytes) exceeded maximum allowed payload size (6291556 bytes).`;
      return { errorType: 'Function.ResponseSizeTooLarge', errorMessage };
    }
    default:
      return outcome satisfies never;
  }
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
