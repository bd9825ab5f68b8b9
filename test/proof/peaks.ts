import { readFileSync } from 'node:fs';
import { functionName, queueName } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { lanes } from '../../lib/kinds/define.ts';

/** The most that was seen so far. */
export interface Peaks {
  readonly functionHeapBytes: number;
  readonly queueAgeMs: number;
  readonly queued: number;
}

/** Looks at queues and functions now and then: a look at thousands of messages is a load of its own. */
export function watchPeaks(stack: Stack, everyMs: number): Peaks & AsyncDisposable {
  const peaks = { functionHeapBytes: 0, queueAgeMs: 0, queued: 0 };
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    for (const lane of lanes) {
      const messages = stack.queues.messages(queueName(lane));
      peaks.queued = Math.max(peaks.queued, messages.length);
      for (const { sentAt } of messages) peaks.queueAgeMs = Math.max(peaks.queueAgeMs, Date.now() - sentAt);
    }
    const heaps = await Promise.all(lanes.map((lane) => stack.functions.heapBytes(functionName(lane))));
    peaks.functionHeapBytes = Math.max(peaks.functionHeapBytes, ...heaps.flat());
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs);
  return Object.assign(peaks, {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  });
}

/** The most memory that a process had until now; Linux tells it. */
export function peakBytes(pid: number | 'self'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}
