import { spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

/*
 * Times starts of Node, from a process that does nothing else: one that runs a whole stack is slow to start others, which
 * adds the same to every start and makes the ratio between two look better than it is.
 */

/** A program to start: the source of a module, and its environment. */
export interface Program {
  readonly code: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Milliseconds of one start: by the clock, and of all processors together, which a busy machine hardly changes. */
export interface Start {
  readonly elapsed: number;
  readonly cpu: number;
}

const rounds = 15;
// Written past the console, whose first use loads as much as a small program does.
const told = `const { user, system } = process.cpuUsage();
  process.getBuiltinModule('node:fs').writeSync(1, '\\n' + (user + system) / 1000);
  process.exit(0);`;

if (import.meta.main) {
  const programs: readonly Program[] = JSON.parse(await text(process.stdin));
  const starts = programs.map((): Start[] => []);
  // One of each in turn, again and again, so that a busy moment of the machine meets all alike.
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, program] of programs.entries()) starts[index]?.push(start(program));
  }
  console.log(JSON.stringify(starts));
}

function start({ code, env }: Program): Start {
  const began = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', `${code} ${told}`], {
    env,
  });
  const elapsed = performance.now() - began;
  if (status !== 0) throw new Error(`a start failed: ${stderr.toString().slice(-500)}`);
  // The function may have printed before it.
  return { elapsed, cpu: Number(stdout.toString().trim().split('\n').at(-1)) };
}
