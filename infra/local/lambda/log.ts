import type { FunctionError } from './protocol.ts';

const TAIL_BYTES = 4096;

/** A line of a function's log. `platform` lines are Lambda's own: START, END, REPORT. */
export interface LogLine {
  readonly functionName: string;
  readonly requestId: string;
  readonly stream: 'stdout' | 'stderr' | 'platform';
  readonly text: string;
  readonly at: number;
}

/** The log of one invocation. */
export interface Log {
  write(stream: LogLine['stream'], text: string): void;
  /** Writes the lines that Lambda ends an invocation with. */
  finish(memoryMb: number, error: FunctionError | undefined): void;
  /** The last 4 KiB. */
  tail(): string;
}

/** Opens the log of an invocation with its START line. */
export function openLog(functionName: string, requestId: string, onLog: (line: LogLine) => void): Log {
  const lines: string[] = [];
  const startedAt = performance.now();
  const write: Log['write'] = (stream, text) => {
    for (const line of text.replace(/\n$/, '').split('\n')) {
      lines.push(line);
      onLog({ functionName, requestId, stream, text: line, at: Date.now() });
    }
  };
  write('platform', `START RequestId: ${requestId} Version: $LATEST`);
  return {
    write,
    finish: (memoryMb, error) => {
      const duration = (performance.now() - startedAt).toFixed(2);
      if (error) write('platform', `${requestId} ${error.errorType} ${error.errorMessage}`);
      write('platform', `END RequestId: ${requestId}`);
      write('platform', `REPORT RequestId: ${requestId}\tDuration: ${duration} ms\tMemory Size: ${memoryMb} MB`);
    },
    tail: () => lines.join('\n').slice(-TAIL_BYTES),
  };
}
