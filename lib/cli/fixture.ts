import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { readCliConfig } from './config.ts';
import { createOutput } from './output.ts';
import { run } from './program.ts';

const main = join(import.meta.dirname, 'main.ts');

/** Credentials that open nothing. */
const aws = { AWS_ACCESS_KEY_ID: 'AKIDLOCAL', AWS_SECRET_ACCESS_KEY: 'local-signing-key', AWS_REGION: 'us-east-1' };

/** The command line as its users run it: a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { stdout: string; stderr: string };
  /** Waits until stdout is as it should be. */
  until(what: string, holds: (stdout: string) => boolean): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line with this environment and no other. */
export function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...aws, ...environment };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...printed }));
  return {
    child,
    printed,
    async until(what, holds) {
      const deadline = Date.now() + 20_000;
      while (!holds(printed.stdout)) {
        if (Date.now() > deadline) throw new Error(`not in time: ${what}\n${printed.stdout}${printed.stderr}`);
        await delay(10);
      }
    },
    ended,
  };
}

/**
 * The same in this process, whose environment is exchanged meanwhile: a process of its own takes a second to load what this
 * one has. One at a time.
 */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const before = { ...process.env };
  const ended = { code: 0, stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(text, _, done) {
        ended[name] += String(text);
        done();
      },
    });
  exchange({ PATH: before['PATH'] ?? '', HOME: '/nonexistent', ...aws, ...environment });
  try {
    await run(args, {
      config: readCliConfig(),
      output: createOutput(stream('stdout'), stream('stderr')),
      signal: new AbortController().signal,
      end: (code) => {
        ended.code = code;
      },
    });
    return ended;
  } finally {
    exchange(before);
  }
}

function exchange(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}

/** One invocation, and what the function answers. */
export interface Invocation {
  readonly functionName: string;
  readonly payload: unknown;
}

export interface LambdaAnswer {
  readonly payload?: unknown;
  /** The function failed: its payload says how. */
  readonly failed?: true;
  /** Lambda itself refuses, with this code. */
  readonly refused?: { readonly status: number; readonly code: string };
}

export interface LocalLambda extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  readonly invocations: readonly Invocation[];
}

/** Speaks Lambda's protocol of synchronous invocations. */
export async function startLambda(answer: (invocation: Invocation) => LambdaAnswer): Promise<LocalLambda> {
  const invocations: Invocation[] = [];
  const server = createServer(async (request, response) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '')?.[1] ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const invocation = { functionName: name, payload: JSON.parse(Buffer.concat(chunks).toString()) };
    invocations.push(invocation);
    const { payload = null, failed, refused } = answer(invocation);
    if (refused !== undefined) {
      response.writeHead(refused.status, { 'x-amzn-errortype': refused.code });
      response.end(JSON.stringify({ Message: `refused: ${refused.code}` }));
      return;
    }
    response.writeHead(200, failed === undefined ? {} : { 'x-amz-function-error': 'Unhandled' });
    response.end(JSON.stringify(payload));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    environment: { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}` },
    invocations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
