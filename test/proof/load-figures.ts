import type { Figure } from '../bench/figure.ts';
import type { ProcessorTime } from '../bench/processor.ts';
import { type Changes, percentile } from './changes.ts';
import type { Peaks } from './peaks.ts';

/** What became of some changes, and what they took. */
export interface Load {
  readonly changes: Changes;
  /** Seconds that it took to make them, and until all was done. */
  readonly makingSeconds: number;
  readonly seconds: number;
  readonly calls: { readonly konnect: number; readonly kubernetes: number };
  readonly messages: number;
  readonly peaks: Peaks;
  readonly before: ProcessorTime | undefined;
  readonly after: ProcessorTime | undefined;
}

/** @param trip Milliseconds that the round trips of one change take in a row. */
export function figuresOf(what: string, trip: number, load: Load): readonly Figure[] {
  const { changes, makingSeconds, calls, messages, peaks } = load;
  const { made, latencies, first, last } = changes;
  const elapsed = (last - first) / 1_000;
  const half = percentile(latencies, 0.5);
  const most = percentile(latencies, 0.99);
  const name = `load, ${what}`;
  return [
    { what: `${name}: made in a second`, value: made / Math.max(1, makingSeconds), unit: 'count' },
    { what: `${name}: done in a second`, value: made / elapsed, unit: 'count' },
    // An object that changed again while it waited is looked at once.
    { what: `${name}: looks in a second that did it`, value: latencies.length / elapsed, unit: 'count' },
    { what: `${name}: half within (÷ round trips in a row)`, value: half / trip, unit: 'ratio' },
    { what: `${name}: 99 % within (÷ round trips in a row)`, value: most / trip, unit: 'ratio' },
    { what: `${name}: half within`, value: half, unit: 'ms' },
    { what: `${name}: 99 % within`, value: most, unit: 'ms' },
    { what: `${name}: oldest message`, value: peaks.queueAgeMs, unit: 'ms' },
    { what: `${name}: Konnect calls of each`, value: calls.konnect / made, unit: 'calls', bar: 1.05 },
    { what: `${name}: Kubernetes calls of each`, value: calls.kubernetes / made, unit: 'calls' },
    { what: `${name}: messages of each`, value: messages / made, unit: 'calls' },
    { what: `${name}: largest heap of a function`, value: peaks.functionHeapBytes, unit: 'bytes', bar: 256e6 },
    ...processors(name, load),
  ];
}

function processors(name: string, { before, after, seconds }: Load): readonly Figure[] {
  if (before === undefined || after === undefined) return [];
  const shares = Object.keys(before) as (keyof ProcessorTime)[];
  return shares.map((share) => ({
    what: `${name}: processors that ${share} used`,
    value: (after[share] - before[share]) / seconds,
    unit: 'ratio',
  }));
}
