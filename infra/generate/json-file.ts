import { generatedHead } from './yaml-file.ts';

const lineWidth = 120;

/** A JSON Schema file, laid out as the formatter of this repository does it, so that the file passes its check. */
export function jsonSchemaFile(schema: object): string {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', $comment: generatedHead };
  return `${layOut({ ...head, ...schema }, '', 0)}\n`;
}

/** @param before Characters that stand on the line already, beside the indent. */
function layOut(value: unknown, indent: string, before: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => layOut(item, inner, 0));
    const line = `[${items.join(', ')}]`;
    const isShort = indent.length + before + line.length < lineWidth && value.every((item) => typeof item !== 'object');
    return isShort ? line : `[\n${items.map((item) => inner + item).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => {
    const label = `${JSON.stringify(key)}: `;
    return inner + label + layOut(item, inner, label.length);
  });
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}
