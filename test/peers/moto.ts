import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const region = 'us-east-1';
/** It knows no others, and checks none. */
export const credentials = { accessKeyId: 'AKIAPEER', secretAccessKey: 'peer' };

/** The folder in which `npm run test:peers` has installed Python packages. */
export function installedIn(): string {
  const folder = process.env['TEST_PEERS'];
  if (folder === undefined) throw new Error('run these tests with "npm run test:peers"');
  return folder;
}

export interface Moto extends AsyncDisposable {
  readonly url: string;
}

/** Starts moto's server on a free port of the loopback interface. */
export async function startMoto(): Promise<Moto> {
  const script = join(import.meta.dirname, 'moto-server.py');
  const child = spawn(join(installedIn(), 'bin', 'python'), [script, '-H', '127.0.0.1', '-p', '0'], {
    env: { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', PATH: process.env['PATH'] ?? '' },
    // It ends when its input does, so also when this process is killed.
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const said: string[] = [];
  const url = new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.at(0);
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`moto did not start:\n${said.join('\n')}`)));
  });
  return { url: await url, [Symbol.asyncDispose]: stop };
}
