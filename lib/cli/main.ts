#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { readCliConfig } from './config.ts';
import { createOutput } from './output.ts';
import { run } from './program.ts';

const stopping = new AbortController();
// Once: whoever is in a hurry ends the process with the second one.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
// Whoever reads the result may stop reading, as `head` does.
process.stdout.on('error', () => process.exit());

await run(process.argv.slice(2), {
  config: readCliConfig(),
  output: createOutput(process.stdout, process.stderr, process.stdin.isTTY && process.stderr.isTTY ? ask : undefined),
  signal: stopping.signal,
  end: (code) => {
    process.exitCode = code;
  },
});

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test(await terminal.question(`${question} [y/N] `, { signal: stopping.signal }));
  } finally {
    terminal.close();
  }
}
