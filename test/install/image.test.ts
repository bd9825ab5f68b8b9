import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './tools.ts';

/* The image, as far as it can be judged without building it. */

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

async function instructions(): Promise<readonly Instruction[]> {
  const text = await readFile(join(root, 'infra', 'cluster', 'Dockerfile'), 'utf8');
  const lines = text.replace(/\\\n\s*/g, '').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ name: line.split(' ', 1)[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));
}

async function only(name: string): Promise<string> {
  const found = (await instructions()).filter((one) => one.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]?.rest ?? '';
}

it('has the Node that the project is tested with, and no shell', async () => {
  const { engines, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [, major] = /^gcr\.io\/distroless\/nodejs(\d+)-debian12:nonroot$/.exec(await only('FROM')) ?? [];

  expect(engines.node).toBe(`>=${major}`);
  expect(devDependencies.node).toMatch(new RegExp(`^${major}\\.`));
  expect((await instructions()).map(({ name }) => name)).not.toContain('RUN');
});

it('is not root, in the eyes of the kubelet either', async () => {
  const deployment = parse(await readFile(join(root, 'infra', 'cluster', 'base', 'deployment.gen.yaml'), 'utf8'));
  const { runAsUser, runAsGroup } = deployment.spec.template.spec.securityContext;
  expect(await only('USER')).toBe(`${runAsUser}:${runAsGroup}`);
});

it('runs the bundle, without a shell between', async () => {
  const command: unknown = JSON.parse(await only('ENTRYPOINT'));
  expect(command).toEqual(['/nodejs/bin/node', 'index.mjs']);
  expect(await only('COPY')).toBe('dist/forwarder/ ./');
  expect((await instructions()).filter(({ name }) => ['CMD', 'ADD', 'HEALTHCHECK'].includes(name))).toEqual([]);
});

it('is given the bundle and its licences, and nothing else', async () => {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n').filter((line) => /^[^#]/.test(line));
  expect(lines).toEqual(['*', '!dist/forwarder/index.mjs', '!dist/forwarder/index.mjs.LEGAL.txt']);
});

it('says what it is', async () => {
  const labels = await only('LABEL');
  for (const label of ['title', 'description', 'licenses', 'version', 'revision']) {
    expect(labels).toContain(`org.opencontainers.image.${label}="`);
  }
});

it('has less than 200 MB', async () => {
  // Node itself is nearly all of it. C library, OpenSSL, certificates and time zones of the base have some 25 MB.
  const { size } = await stat(process.execPath);
  expect(size + 25_000_000 + 1_100_000).toBeLessThan(200_000_000);
});
