/** `calls`, `bytes` and `count` are the same in every run; a ratio of times is as good as the machine is quiet. */
export type Unit = 'calls' | 'bytes' | 'count' | 'ratio' | 'ms';

/** One line of the table. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** The most that it may be; a figure without one is there to be looked at. */
  readonly bar?: number;
}

export function isOver({ value, bar }: Figure): boolean {
  return bar !== undefined && value > bar;
}

/** The figures for which the bench fails: counts over their bar, and with `strict` ratios and times as well. */
export function failures(figures: readonly Figure[], { strict }: { readonly strict: boolean }): readonly Figure[] {
  return figures.filter((figure) => isOver(figure) && (strict || (figure.unit !== 'ratio' && figure.unit !== 'ms')));
}

/** The figures as lines for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'measured', 'bar', ''],
    ...figures.map((figure) => [figure.what, worded(figure.value, figure.unit), barOf(figure), judgementOf(figure)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([what = '', measured = '', bar = '', judgement = '']) =>
      `${what.padEnd(widths[0] ?? 0)}  ${measured.padStart(widths[1] ?? 0)}  ${bar.padStart(widths[2] ?? 0)}  ${judgement}`.trimEnd(),
    )
    .join('\n');
}

function barOf({ bar, unit }: Figure): string {
  return bar === undefined ? '' : `≤ ${worded(bar, unit)}`;
}

function judgementOf(figure: Figure): string {
  if (figure.bar === undefined) return '';
  return isOver(figure) ? 'over' : 'ok';
}

function worded(value: number, unit: Unit): string {
  switch (unit) {
    case 'calls':
    case 'count':
      return String(Number(value.toFixed(1)));
    case 'bytes':
      return `${(value / 1e6).toFixed(2)} MB`;
    case 'ratio':
      return `${value.toFixed(2)} ×`;
    case 'ms':
      return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
    default:
      return unit satisfies never;
  }
}

/** The middle value; of an even number the upper one of the two. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('the median of no values was asked for: measure at least once');
  return middle;
}
