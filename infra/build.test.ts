import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { deferredPackages } from './build/deferred.ts';
import { exclusions } from './build/exclusions.ts';
import { sizesOf, tableOf } from './build/sizes.ts';
import { buildAll, bundle } from './build.ts';
import { startKubernetes } from './local/kubernetes/server.ts';
import { startFunctions } from './local/lambda/functions.ts';
import { startSecretsManager } from './local/secrets-manager/server.ts';
import { startQueues } from './local/sqs.ts';

const run = promisify(execFile);
const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-signing-key' };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'build-'));
});
afterAll(async () => rm(directory, { recursive: true, force: true }));

/** Bundles `contents` as a function and runs `import(bundle)` followed by `then` in a fresh Node; answers its output. */
async function inNode(name: string, contents: string, then: string): Promise<string> {
  const out = join(directory, name, 'index.mjs');
  await bundle({ contents, resolveDir: import.meta.dirname, out }, { isFunction: true });
  const code = `import(${JSON.stringify(pathToFileURL(out).href)}).then(async (it) => { ${then} })`;
  return (await run(process.execPath, ['-e', code])).stdout.trim();
}

describe('a bundle without what a function never runs', () => {
  it('still does everything our functions need', async () => {
    const out = join(directory, 'probe/index.mjs');
    const metafile = await bundle([{ file: join(import.meta.dirname, 'build/probe.ts'), out }], { isFunction: true });
    await using secrets = await startSecretsManager({ credentials });
    await using queues = await startQueues({ queues: [{ name: 'q.fifo', visibilityTimeoutSeconds: 30 }], credentials });
    await using kubernetes = await startKubernetes();
    const definition = { name: 'probe', bundle: out, handler: 'handler', environment: {}, timeoutSeconds: 30 };
    const endpoints = { SQS: queues.endpoint, SECRETS_MANAGER: secrets.url };
    await using functions = await startFunctions({
      functions: [{ ...definition, memoryMb: 256 }],
      credentials,
      endpoints,
    });
    const kubeconfig = kubernetes.kubeconfig();
    const { payload, functionError } = await functions.invoke('probe', { queueUrl: queues.urls['q.fifo'], kubeconfig });
    assert.equal(functionError, undefined, JSON.stringify(payload));
    const { queue, secret, cluster, http } = Object(payload);
    assert.deepEqual({ queue, secret }, { queue: 'hello', secret: ['second', 'ResourceNotFoundException'] });
    assert.deepEqual(cluster, { data: { key: 'dmFsdWU=' }, labels: { patched: 'yes' }, missing: true });
    assert.match(http.gitVersion, /^v1\./);
    const { packages } = await sizesOf(metafile, out);
    for (const absent of ['ws', 'tar-fs', 'streamx', 'oauth4webapi', '@aws-sdk/nested-clients', '@jsep-plugin/regex']) {
      assert.ok(!(absent in packages), `${absent} is in the bundle`);
    }
  });

  it('says so when something excluded is used', async () => {
    const message = await inNode(
      'proxy',
      `export async function use() {
         const { KubeConfig } = await import('@kubernetes/client-node');
         const config = new KubeConfig();
         const [name, server] = ['c', 'https://127.0.0.1:1'];
         config.loadFromOptions({
           clusters: [{ name, server, proxyUrl: 'socks5://127.0.0.1:2' }],
           users: [{ name }],
           contexts: [{ name, cluster: name, user: name }],
           currentContext: name,
         });
         await config.applyToHTTPSOptions({});
       }`,
      'await it.use().catch((error) => console.log(error.message))',
    );
    assert.match(message, /^socks-proxy-agent was left out of this bundle: functions reach API servers directly/);
    const fetch = await inNode(
      'fetch',
      `import { fetch } from 'undici';
       export const use = () => fetch('http://x');`,
      'try { it.use(); } catch (error) { console.log(error.message); }',
    );
    assert.match(fetch, /^undici was reduced to pools and requests/);
  });

  it('carries what few runs need as text, and it works when it is needed', async () => {
    const issued = await inNode(
      'issue',
      `import { issueCertificate } from '../lib/kinds/konnect-extension/certificate.ts';
       import { pluginConfig } from '../lib/kinds/kong-plugin-binding/config.ts';
       import { accessOfKubeconfig } from '../lib/cluster/kubeconfig.ts';
       import { Sensitive } from '../lib/sensitive.ts';
       const [cluster, user] = [{ server: 'https://c.example' }, { token: 't' }];
       const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }];
       const kubeconfig = JSON.stringify({
         'current-context': 'x', clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user }], contexts,
       });
       const plugin = { plugin: 'p', configFrom: { secretKeyRef: { name: 's', key: 'k' } } };
       export const use = async () => [
         (await issueCertificate('a.b', new Date())).commonName,
         (await accessOfKubeconfig(new Sensitive(kubeconfig))).server,
         (await pluginConfig(plugin, () => 'minute: 5')).config.minute,
       ].join();`,
      'console.log(await it.use())',
    );
    assert.equal(issued, 'a.b,https://c.example,5');
    const bundle = await readFile(join(directory, 'issue/index.mjs'), 'utf8');
    assert.equal(bundle.match(/import\("data:text\/javascript;base64,/g)?.length, deferredPackages.length);
  });

  it('is refused where something that is carried as text would be code as well', async () => {
    const contents = `import { load } from 'js-yaml'; export const use = () => load('a: 1');`;
    await assert.rejects(
      inNode('code', contents, ''),
      /js-yaml is in the bundle as code: import it by import\(\) only/,
    );
  });

  it('loads no more of Node than it uses', async () => {
    const contents = `import { createSqsClient } from '../lib/events/sqs-client.ts';
      import { secretsManagerClient } from '../lib/tokens/store.ts';
      export const all = [createSqsClient({ region: 'x' }), secretsManagerClient()];`;
    const loaded = await inNode('lean', contents, 'console.log(process.moduleLoadList.join())');
    const isLoaded = (name: string): boolean => loaded.split(',').includes(`NativeModule ${name}`);
    assert.ok(isLoaded('net'));
    for (const idle of ['https', 'http', '_http_client', 'fs/promises', 'internal/fs/streams', 'internal/deps/undici'])
      assert.ok(!isLoaded(idle), `${idle} is loaded`);
  });

  it('makes functions of arrow functions where nothing can tell the difference, and nowhere else', async () => {
    const folder = join(directory, 'arrows');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'plain.ts'),
      'export const twice = (n: number) => [n].map((one) => one * 2)[0]; export function own(this: { a: number }) { return (() => this.a)(); }',
    );
    await writeFile(
      join(folder, 'classes.ts'),
      `class Base { one = 1; two() { return 2; } }
       export class Counter extends Base {
         three = () => this.one + super.two();
         constructor() { super(); this.one = (() => this.one)(); }
       }`,
    );
    const contents = `export { twice, own } from ${JSON.stringify(join(folder, 'plain.ts'))};
      export { Counter } from ${JSON.stringify(join(folder, 'classes.ts'))};`;
    const then = 'console.log(it.twice(4), it.own.call({ a: 5 }), new it.Counter().three())';
    assert.equal(await inNode('arrows-bundle', contents, then), '8 5 3');
    const code = await readFile(join(directory, 'arrows-bundle/index.mjs'), 'utf8');
    assert.match(code, /\.map\(function\(/);
    assert.match(code, /=>this\.one/);
  });

  it("refuses a client of AWS that would speak HTTP in the SDK's own way", async () => {
    const contents = `import { SQSClient } from '@aws-sdk/client-sqs';
      export const use = () => new SQSClient({ region: 'x' });`;
    const message = await inNode('own', contents, 'try { it.use(); } catch (error) { console.log(error.message); }');
    assert.match(message, /has to be given its requestHandler by lib\/aws-http.ts/);
  });

  it('excludes only what is installed, each with a reason', () => {
    for (const { module, reason } of exclusions) {
      assert.ok(
        existsSync(join(import.meta.dirname, '../node_modules', module)),
        `${module} is not installed any more`,
      );
      assert.ok(reason.length > 8, module);
    }
  });
});

describe('a build', () => {
  it('bundles each function and the forwarder, and says what is in them', async () => {
    const root = join(directory, 'project');
    await mkdir(join(root, 'functions'), { recursive: true });
    await mkdir(join(root, 'infra/cluster'), { recursive: true });
    await mkdir(join(root, 'dist/functions/gone'), { recursive: true });
    await writeFile(
      join(root, 'functions/one.ts'),
      `export const handler = async (n: number): Promise<number> => n + 1;`,
    );
    await writeFile(join(root, 'functions/one.test.ts'), 'throw new Error("a test is no function")');
    await writeFile(join(root, 'functions/two.ts'), `export { handler } from './one.ts';`);
    await writeFile(join(root, 'infra/cluster/forwarder.ts'), `console.log('forwards');`);
    const sizes = await buildAll(root);
    assert.deepEqual(Object.keys(sizes), ['one', 'two', 'forwarder']);
    assert.deepEqual(JSON.parse(await readFile(join(root, 'dist/meta.json'), 'utf8')), sizes);
    assert.deepEqual((await readdir(join(root, 'dist/functions'))).sort(), ['one', 'two']);
    const built = join(root, 'dist/functions/two/index.mjs');
    assert.equal(await (await import(pathToFileURL(built).href)).handler(1), 2);
    assert.doesNotMatch(await readFile(built, 'utf8'), /createRequire|sourceMappingURL/);
    assert.ok(existsSync(`${built}.map`));
    assert.match(tableOf(sizes), /^bundle +KiB +gzip +largest packages\none +0 +0 +own 0\n/);
  });
});
