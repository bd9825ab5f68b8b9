import type { Document, Manifest } from '../yaml-file.ts';
import { yamlFile } from '../yaml-file.ts';
import { isConditional, isSlot, type Slot } from './slots.ts';

/** A template of the chart that holds some documents, each under a condition where it has one. */
export interface ChartDocument extends Document {
  /** A Go template expression; always there without it. */
  readonly test?: string;
}

/** The text of a template. */
export function chartTemplate(documents: readonly ChartDocument[]): string {
  const texts = documents.map(({ test, comment, manifest }) => {
    const text = templateOf({ ...(comment === undefined ? {} : { comment }), manifest });
    return test === undefined ? `---\n${text}` : `{{- if ${test} }}\n---\n${text}{{- end }}\n`;
  });
  const [head = ''] = yamlFile([]).split('\n');
  return `${head}\n${texts.join('')}`;
}

/**
 * YAML with Go templates in it is no YAML any more, so it is written with plain words in their places, each of which is
 * then replaced in the text.
 */
function templateOf({ comment, manifest }: Document): string {
  const slots: Slot[] = [];
  const tests: string[] = [];
  const marked = mark(manifest, slots, tests) as Manifest;
  const text = yamlFile([{ ...(comment === undefined ? {} : { comment }), manifest: marked }]);
  const [, ...lines] = text.split('\n');
  return lines.map((line) => filled(line, slots, tests)).join('\n');
}

function mark(value: unknown, slots: Slot[], tests: string[]): unknown {
  if (isSlot(value)) return `__SLOT_${slots.push(value) - 1}__`;
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (!isConditional(item)) return [mark(item, slots, tests)];
      return [`__IF_${tests.push(item.test) - 1}__`, mark(item.value, slots, tests), '__END_0__'];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([key, field]) => {
    if (!isConditional(field)) return [[key, mark(field, slots, tests)] as const];
    const index = tests.push(field.test) - 1;
    return [
      [`__IF_${index}__`, true] as const,
      [key, mark(field.value, slots, tests)] as const,
      [`__END_${index}__`, true] as const,
    ];
  });
  return Object.fromEntries(fields);
}

function filled(line: string, slots: readonly Slot[], tests: readonly string[]): string {
  const [, word, test] = /^\s*(?:- )?__(IF|END)_(\d+)__(?:: true)?$/.exec(line) ?? [];
  if (word === 'IF') return `{{- if ${tests[Number(test)]} }}`;
  if (word === 'END') return '{{- end }}';
  return line.replace(/__SLOT_(\d+)__/, (_, index: string) => {
    const template = slots[Number(index)]?.template ?? { line: '' };
    if ('line' in template) return template.line;
    const indent = /^[\s-]*/.exec(line)?.[0].length ?? 0;
    return `{{- toYaml ${template.structure} | nindent ${indent + 2} }}`;
  });
}
