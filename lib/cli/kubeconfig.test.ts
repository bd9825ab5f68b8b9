import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personalAccess } from './kubeconfig.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

function configOf(name: string, user: object, server = 'https://one.example'): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

/** A user whose token a plugin prints, another one each time. */
async function plugin(script: string): Promise<object> {
  const command = await file('plugin.mjs', `#!${process.execPath}\n${script}`);
  await chmod(command, 0o755);
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' } };
}

describe('the way into a cluster of a person', () => {
  it('is the current context of the first file, or one that is named, of whatever file', async () => {
    const files = [
      await file('one', configOf('one', { token: 't-1' })),
      await file('two', configOf('two', { token: 't-2' }, 'https://two.example')),
    ];

    const current = personalAccess({ files });
    const named = personalAccess({ files, context: 'two' });

    expect(current.context).toBe('one');
    expect((await current.credentials.access()).server).toBe('https://one.example');
    const access = await named.credentials.access();
    expect(access.server).toBe('https://two.example');
    expect(access.authorization?.reveal()).toBe('Bearer t-2');
  });

  it('takes the first of what several files have, as kubectl does', async () => {
    const files = [
      await file('one', configOf('same', { token: 't-1' })),
      await file('two', configOf('same', { token: 't-2' }, 'https://two.example')),
    ];

    const access = await personalAccess({ files }).credentials.access();

    expect(access.server).toBe('https://one.example');
    expect(access.authorization?.reveal()).toBe('Bearer t-1');
  });

  it('skips files that are not there, where one is', async () => {
    const files = [join(directory, 'nowhere'), await file('one', configOf('one', { token: 't-1' }))];

    expect(personalAccess({ files }).context).toBe('one');
  });

  it('finds files that are named beside the kubeconfig', async () => {
    await file('client.crt', 'CERT');
    await file('client.key', 'KEY');
    const user = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };

    const { credentials } = personalAccess({ files: [await file('beside', configOf('one', user))] });

    expect((await credentials.access()).tls).toMatchObject({ cert: 'CERT' });
  });

  it('asks a plugin for the token, once, and again when that was refused', async () => {
    const status = "{ token: 'fetched-' + process.pid }";
    const user = await plugin(
      `console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: ${status} }))`,
    );
    const { credentials } = personalAccess({ files: [await file('exec', configOf('one', user))] });
    const token = async () => (await credentials.access()).authorization?.reveal();

    const first = await token();
    const second = await token();
    credentials.refresh();
    const third = await token();

    expect(first).toMatch(/^Bearer fetched-\d+$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('says that a plugin failed, without what it printed', async () => {
    const user = await plugin("console.error('kpat_secret'); process.exit(3)");
    const { credentials } = personalAccess({ files: [await file('failing', configOf('one', user))] });

    const failure = await credentials.access().catch((error: unknown) => String(error));

    expect(failure).toContain('the plugin of user "one" gave no credentials');
    expect(failure).not.toContain('kpat_secret');
  });

  it.each([
    { what: 'what is no kubeconfig', content: 'users: [{token: kpat_secret', says: 'is not a kubeconfig' },
    {
      what: 'a context that is not there',
      content: configOf('one', {}).replace('"one"', '"nine"'),
      says: '(it has one)',
    },
  ])('refuses $what, without quoting it', async ({ content, says }) => {
    const files = [await file('refused', content)];

    expect(() => personalAccess({ files })).toThrow(says);
    expect(() => personalAccess({ files })).not.toThrow('kpat_secret');
  });

  it('refuses a connection that shows the token to others, as functions do', async () => {
    const { credentials } = personalAccess({
      files: [await file('plain', configOf('one', { token: 't' }, 'http://one.example'))],
    });

    await expect(credentials.access()).rejects.toThrow('not an https URL');
  });
});
