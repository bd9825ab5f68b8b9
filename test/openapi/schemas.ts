import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type Direction, makeNullable, toJsonSchema } from './dialect.ts';
import type { Located, Node, OpenApiDocument } from './documents.ts';
import { nullableByDescription } from './tolerated.ts';

/** What a schema is asked about. Query values are text, so they may stand for numbers and booleans. */
export type Use = Direction;

export interface Schemas {
  /** The faults of a value by the schema at a place; empty when it is valid. */
  faults(use: Use, document: OpenApiDocument, schema: Located, value: unknown): readonly string[];
}

const uses = ['query', 'request', 'response'] as const satisfies readonly Use[];

/** Makes every schema of the documents available to Ajv, each compiled when it is first needed. */
export function createSchemas(documents: readonly OpenApiDocument[]): Schemas {
  const validators = new Map(uses.map((use) => [use, createAjv(use, documents)]));
  const compiled = new Map<string, ValidateFunction>();
  return {
    faults(use, { file }, { pointer }, value) {
      const reference = `${file}#${pointer.split('/').map(encodeURIComponent).join('/')}`;
      const key = `${use} ${reference}`;
      const validate = compiled.get(key) ?? validators.get(use)?.compile({ $ref: reference });
      if (validate === undefined) throw new Error(`No validator for ${use}`);
      compiled.set(key, validate);
      if (validate(structuredClone(value))) return []; // coercion changes what it validates
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
      );
    },
  };
}

function createAjv(use: Use, documents: readonly OpenApiDocument[]): Ajv2020 {
  // The documents use formats and keywords of their own, and regular expressions that the unicode mode does not take.
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    allErrors: true,
    unicodeRegExp: false,
    coerceTypes: use === 'query',
  });
  formats.default(ajv);
  for (const document of documents) {
    ajv.addSchema(toJsonSchema(corrected(document), use), document.file, false, false);
  }
  return ajv;
}

function corrected({ file, root }: OpenApiDocument): Node {
  return nullableByDescription
    .filter((correction) => correction.file === file)
    .reduce((fixed, { pointer }) => makeNullable(fixed, pointer), root);
}
