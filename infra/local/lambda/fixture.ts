import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FunctionDefinition } from './definition.ts';
import type { InvocationResult } from './function.ts';
import { type LocalFunctions, startFunctions } from './functions.ts';

/** The key pair of the tests; it opens nothing. */
export const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-signing-key' };

/** A directory for built toy functions, gone with its scope. */
export interface Workshop extends AsyncDisposable {
  /** Bundles the source of an `index.ts` and returns a definition that runs it. */
  make(name: string, source: string, over?: Partial<FunctionDefinition>): Promise<FunctionDefinition>;
}

export async function openWorkshop(): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), 'functions-'));
  return {
    make: async (name, source, over = {}) => {
      const bundle = join(directory, name, 'index.mjs');
      await build({
        stdin: { contents: source, loader: 'ts', resolveDir: import.meta.dirname },
        outfile: bundle,
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node24',
        banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
        logLevel: 'error',
      });
      return { name, bundle, handler: 'handler', environment: {}, timeoutSeconds: 10, memoryMb: 128, ...over };
    },
    [Symbol.asyncDispose]: async () => rm(directory, { recursive: true, force: true }),
  };
}

interface Toy extends AsyncDisposable {
  readonly functions: LocalFunctions;
  invoke(event: unknown): Promise<InvocationResult>;
}

/** Builds one toy function and starts it. */
export async function startToy(source: string, over: Partial<FunctionDefinition> = {}): Promise<Toy> {
  const workshop = await openWorkshop();
  const definition = await workshop.make('toy', source, over);
  const functions = await startFunctions({ functions: [definition], credentials, endpoints: { SQS: 'http://sqs' } });
  const close = async () => {
    await functions.stop();
    await workshop[Symbol.asyncDispose]();
  };
  return { functions, invoke: (event: unknown) => functions.invoke('toy', event), [Symbol.asyncDispose]: close };
}

/** Waits for what other turns of the event loop bring. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
