#!/usr/bin/env node
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Outputs, outputsOf, staleFiles, writeOutputs } from './generate/outputs.ts';

/*
 * Writes what follows from the kinds: registry, CRDs, RBAC, the event's JSON Schema, the table of kinds in README.md, docs/kinds.md.
 * With --check it writes nothing and exits 1 where a file is not as it would write it.
 */

const root = join(import.meta.dirname, '..');

try {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const outputs = await outputsOf(root);
  if (values.check) await check(outputs);
  else for (const path of await writeOutputs(root, outputs)) console.log(path);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function check(outputs: Outputs): Promise<void> {
  const stale = await staleFiles(root, outputs);
  for (const path of stale) console.error(`${path}: stale; run \`npm run gen\` and commit what it writes`);
  if (stale.length > 0) process.exitCode = 1;
}
