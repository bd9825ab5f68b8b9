import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The forwarder as a process of its own, as it runs in a cluster. */
export interface ForwarderProcess {
  /** `http://127.0.0.1:<port>` of its /healthz, /readyz and /metrics. */
  readonly url: string;
  readonly pid: number;
  /** Every line that it printed. */
  readonly lines: readonly string[];
  /** Its exit code, or the signal that ended it, once it ended. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** SIGTERM, and waits for its end: it sends what it still has. */
  stop(): Promise<void>;
  /** SIGKILL: what a node that fails does to it. */
  kill(): Promise<void>;
}

/** Starts it and waits for its HTTP server; it may not be ready then (see /readyz). */
export async function startForwarder(options: {
  readonly bundle: string;
  readonly kubeconfig: string;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<ForwarderProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'forwarder-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, options.kubeconfig, { mode: 0o600 });
  const env = { ...options.environment, KUBECONFIG: kubeconfig, HTTP_PORT: '0' };
  const child = spawn(process.execPath, [options.bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const ended = once(child, 'exit').then(async ([code, signal]) => {
    await rm(folder, { recursive: true, force: true });
    return (code ?? signal) as number | NodeJS.Signals;
  });
  const port = await Promise.race([portOf(child, lines), ended.then(() => undefined)]);
  if (port === undefined) throw new Error(`the forwarder ended while it started:\n${lines.slice(-10).join('\n')}`);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    lines,
    ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Collects the output and resolves with the port that the process says it listens on. */
function portOf(child: ChildProcess, lines: string[]): Promise<number> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const port = /"port":\s*(\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    }
  });
}
