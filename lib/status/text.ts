import { display, keyOf } from '../engine/objects.ts';
import type { Known } from '../kinds/known.ts';
import { clip, printable } from '../printable.ts';
import { needsSomebody, type Standing, type State, stateOf } from './state.ts';
import { rowsOf, treeOf } from './tree.ts';

/** Colours a text; plain where nobody sees colours. */
export type Paint = (style: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

export interface StatusTextOptions {
  readonly paint: Paint;
  /** Columns that a line of the tree may have; what is longer is cut there, and told in full below. */
  readonly columns?: number;
  /** The namespace that all of them are of, which need not be named then. */
  readonly namespace?: string;
}

const marks: Readonly<Record<Standing, readonly [string, Parameters<Paint>[0]]>> = {
  ready: ['✓', 'green'],
  'not ready': ['✗', 'red'],
  deleting: ['…', 'yellow'],
  paused: ['‖', 'dim'],
  unused: ['○', 'dim'],
};

/** The objects as a tree, then what is not ready and why. */
export function statusText(all: readonly Known[], options: StatusTextOptions): string {
  const { paint, namespace } = options;
  const states = new Map(all.map((one) => [one.object.metadata.uid, stateOf(one)]));
  const title = (one: Known): string => titleIn(one, namespace);
  const rows = rowsOf(treeOf(all), title).flatMap(({ label, one }) => {
    const state = states.get(one.object.metadata.uid);
    return state === undefined ? [] : [{ label, state }];
  });
  const widths = {
    label: Math.max(0, ...rows.map(({ label }) => label.length)),
    condition: Math.max(0, ...rows.map(({ state }) => state.condition.length)),
  };
  const lines = rows.map(({ label, state }) => lineOf(label, state, widths, options));
  const wrong = all.flatMap((one) => {
    const state = states.get(one.object.metadata.uid);
    return state !== undefined && needsSomebody(state) ? [troubleOf(title(one), state, paint)] : [];
  });
  return [...lines, '', summaryOf(all.length, wrong.length, paint), ...wrong].join('\n');
}

/** `Kind name`, with the namespace where the objects may be of several. */
function titleIn({ kind, object }: Known, namespace: string | undefined): string {
  const { name } = object.metadata;
  return printable(`${kind.resource.kind} ${namespace === undefined ? display(keyOf(object)) : name}`);
}

function lineOf(
  label: string,
  state: State,
  widths: { readonly label: number; readonly condition: number },
  { paint, columns = Number.POSITIVE_INFINITY }: StatusTextOptions,
): string {
  const [mark, colour] = marks[state.standing];
  const before = `${label.padEnd(widths.label)}  ${state.condition.padEnd(widths.condition)}  `;
  const said = state.standing === 'ready' ? printable(state.place?.id ?? state.message) : `${word(state)}${state.why}`;
  const cut = clip(said, Math.max(10, columns - before.length - 2));
  const quiet = state.standing === 'ready' && state.place === undefined;
  return `${paint(colour, mark)} ${before}${quiet ? paint('dim', cut) : needsSomebody(state) ? paint(colour, cut) : cut}`.trimEnd();
}

function word({ standing }: State): string {
  return standing === 'not ready' || standing === 'ready' ? '' : `(${standing}) `;
}

function summaryOf(total: number, wrong: number, paint: Paint): string {
  if (total === 0) return 'No objects.';
  if (wrong === 0) return paint('green', total === 1 ? 'The one object is ready.' : `All ${total} objects are ready.`);
  return paint('bold', `Not ready: ${wrong} of ${total} objects.`);
}

function troubleOf(title: string, state: State, paint: Paint): string {
  const [mark, colour] = marks[state.standing];
  const others = state.others.map(({ type, status, reason, message }) =>
    printable(`    ${type}=${status} ${reason}${message === '' ? '' : `: ${message}`}`),
  );
  return [`\n${paint(colour, mark)} ${title}  ${state.condition}`, `    ${word(state)}${state.why}`, ...others].join(
    '\n',
  );
}
