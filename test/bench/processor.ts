import { readdirSync, readFileSync } from 'node:fs';
import { functionName } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { lanes } from '../../lib/kinds/define.ts';

/** Who uses the processors: the functions' workers, the forwarder, everything that stands in for the world, all others. */
export type Share = 'functions' | 'forwarder' | 'stand-ins and bench' | 'other programs';

/** Processor seconds so far. */
export type ProcessorTime = Readonly<Record<Share, number>>;

// Linux counts in these, whatever the kernel's own clock is.
const ticksPerSecond = 100;
// What the kernel keeps of a thread's name.
const nameLength = 15;

/** Processor seconds that each part has used since it started; undefined where there is no /proc. */
export function processorTime({ forwarder }: Stack): ProcessorTime | undefined {
  if (process.platform !== 'linux') return undefined;
  const names = new Set(lanes.map((lane) => functionName(lane).slice(0, nameLength)));
  const threads = readdirSync('/proc/self/task').map((thread) => threadOf(`/proc/self/task/${thread}/stat`));
  const functions = threads.filter(({ name }) => names.has(name)).reduce((sum, { seconds }) => sum + seconds, 0);
  const own = secondsOf(process.cpuUsage());
  const forwarding = forwarder === undefined ? 0 : threadOf(`/proc/${forwarder.pid}/stat`).seconds;
  return {
    functions,
    forwarder: forwarding,
    'stand-ins and bench': own - functions,
    'other programs': wholeMachine() - own - forwarding,
  };
}

// cpu user nice system idle iowait irq softirq …, of all processors together.
function wholeMachine(): number {
  const [, ...ticks] = (/^cpu .*/.exec(readFileSync('/proc/stat', 'utf8'))?.[0] ?? '').split(/\s+/).map(Number);
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = ticks;
  return (user + nice + system + interrupts + softInterrupts) / ticksPerSecond;
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

// pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime …
function threadOf(path: string): { readonly name: string; readonly seconds: number } {
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  return {
    name: text.slice(text.indexOf('(') + 1, end),
    seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}
