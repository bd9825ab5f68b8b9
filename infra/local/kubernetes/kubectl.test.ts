import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type LocalKubernetes, startKubernetes } from './server.ts';
import { createApiClient } from './testing/client.ts';
import { installWidgets, widget } from './testing/widgets.ts';

const installed = spawnSync('kubectl', ['version', '--client']).status === 0;
let server: LocalKubernetes;
let folder: string;

beforeAll(async () => {
  server = await startKubernetes({ users: [{ name: 'jane', token: 'jane-token' }] });
  folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
  await writeFile(join(folder, 'config'), server.kubeconfig(), { mode: 0o600 });
  const api = createApiClient(server.kubeconfig());
  await installWidgets(api, 'k');
  api.close();
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

interface Output {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function args(words: string): readonly string[] {
  const cache = ['--kubeconfig', join(folder, 'config'), '--cache-dir', join(folder, 'cache')];
  return [...cache, '-n', 'k', ...(words.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''))];
}

function kubectl(words: string, input = ''): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile('kubectl', args(words), (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: out.trim(), err: err.trim() });
    });
    child.stdin?.end(input);
  });
}

function manifest(name: string, mode: string): string {
  return stringify(widget(name, { mode }, { namespace: 'k' }));
}

// A machine without kubectl proves nothing here; the contract tests run everywhere.
describe.skipIf(!installed)('kubectl', () => {
  it('applies: creates, leaves alone, changes', async () => {
    const created = await kubectl('apply -f -', manifest('applied', 'one'));
    const unchanged = await kubectl('apply -f -', manifest('applied', 'one'));
    const configured = await kubectl('apply -f -', manifest('applied', 'two'));

    expect(created.out).toBe('widget.test.example.com/applied created');
    expect(unchanged.out).toBe('widget.test.example.com/applied unchanged');
    expect(configured.out).toBe('widget.test.example.com/applied configured');
    expect((await kubectl('get widget applied -o jsonpath={.spec.mode}')).out).toBe('two');
  });

  it('shows the differences before it applies them', async () => {
    await kubectl('apply -f -', manifest('differs', 'one'));

    const { code, out } = await kubectl('diff -f -', manifest('differs', 'two'));

    expect(code).toBe(1);
    expect(out).toContain('-  mode: one\n+  mode: two');
    expect((await kubectl('get widget differs -o jsonpath={.spec.mode}')).out).toBe('one');
  });

  it('tells which fields are wrong', async () => {
    const bad = manifest('bad', 'one').replace('size: small', 'size: huge\n  other: 1');

    const strict = await kubectl('apply -f -', bad);
    const lenient = await kubectl('apply --validate=ignore -f -', bad);

    expect(strict.err).toContain('strict decoding error: unknown field "spec.other"');
    expect(lenient.err).toContain('* spec.size: Unsupported value: "huge": supported values: "small", "large"');
  });

  it('prints the columns of the definition', async () => {
    await kubectl('apply -f -', manifest('printed', 'one'));

    const { out } = await kubectl('get wd printed');
    const wide = await kubectl('get wd printed -o wide');

    expect(out).toMatch(/^NAME +SIZE +READY +AGE\nprinted +small +\d+s$/);
    expect(wide.out).toMatch(/^NAME +SIZE +READY +COUNT +AGE\n/);
  });

  it('watches', async () => {
    const child = spawn('kubectl', args('get widgets -w --no-headers --field-selector metadata.name=watched'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = lines.next();
    await kubectl('apply -f -', manifest('watched', 'one'));

    expect((await next).value).toMatch(/^watched +small/);
    child.kill();
  });

  it('describes and explains', async () => {
    await kubectl('apply -f -', manifest('told', 'one'));

    const description = await kubectl('describe widget told');
    const field = await kubectl('explain widget.spec.parts');
    const tree = await kubectl('explain widget --recursive');
    const secret = await kubectl('explain secret.stringData');

    expect(description.out).toMatch(/Name: +told\n[\s\S]*Mode: +one\n[\s\S]*Events: +<none>/);
    expect(field.out).toMatch(/GROUP: +test\.example\.com\nKIND: +Widget\n[\s\S]*FIELD: parts <\[\]Object>/);
    expect(tree.out).toContain('nested\t<Object>');
    expect(secret.out).toContain('stringData allows specifying non-binary secret data in string form.');
  });

  it('labels, annotates, patches and replaces', async () => {
    await kubectl('apply -f -', manifest('edited', 'one'));

    const outputs = [
      await kubectl('label widget edited a=b'),
      await kubectl('annotate widget edited note=x'),
      await kubectl(`patch widget edited --type=merge -p '{"spec":{"mode":"patched"}}'`),
      await kubectl('replace -f -', manifest('edited', 'replaced')),
      await kubectl(`patch widget edited --subresource=status --type=merge -p '{"status":{"phase":"Done"}}'`),
    ].map(({ out }) => out.replace('widget.test.example.com/edited ', ''));

    expect(outputs).toEqual(['labeled', 'annotated', 'patched', 'replaced', 'patched']);
    expect((await kubectl('get widget edited -o jsonpath={.spec.mode}/{.status.phase}')).out).toBe('replaced/Done');
  });

  it('waits for conditions and for deletion', async () => {
    await kubectl('apply -f -', manifest('awaited', 'one'));
    const waiting = kubectl('wait --for=condition=Ready widget/awaited --timeout=20s');
    const status = '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}';
    await kubectl(`patch widget awaited --subresource=status --type=merge -p '${status}'`);

    expect((await waiting).out).toBe('widget.test.example.com/awaited condition met');
    expect((await kubectl('delete widget awaited')).out).toBe('widget.test.example.com "awaited" deleted');
    expect((await kubectl('get widget awaited')).err).toContain('widgets.test.example.com "awaited" not found');
  });

  it('creates what it sends in protobuf, and changes it by apply', async () => {
    const created = await kubectl('create secret generic made --from-literal=a=b');
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'applied-secret' }, stringData: { a: '1' } };
    await kubectl('apply -f -', stringify(secret));
    const changed = await kubectl('apply -f -', stringify({ ...secret, stringData: { b: '2' } }));

    expect(created.out).toBe('secret/made created');
    expect((await kubectl('get secret made -o jsonpath={.data.a}')).out).toBe('Yg==');
    expect(changed.out).toBe('secret/applied-secret configured');
    expect((await kubectl('create namespace made')).out).toBe('namespace/made created');
    expect((await kubectl('create configmap made --from-literal=a=b')).out).toBe('configmap/made created');
    expect((await kubectl('create sa made')).out).toBe('serviceaccount/made created');
  });

  it('knows what is there and what one may', async () => {
    const resources = await kubectl('api-resources --api-group=test.example.com --no-headers');
    const mine = await kubectl('auth can-i delete widgets');
    const hers = await kubectl('auth can-i delete widgets --as jane');
    const me = await kubectl('auth whoami -o jsonpath={.status.userInfo.username}');

    expect(resources.out).toMatch(/^widgets +wd +test\.example\.com\/v1 +true +Widget$/);
    expect([mine.out, hers.out, me.out]).toEqual(['yes', 'no', 'kubernetes-admin']);
    expect((await kubectl('get secrets --as jane')).err).toContain('User "jane" cannot list resource "secrets"');
  });

  it('takes bindings that it makes itself', async () => {
    await kubectl('create role reader --verb=get,list --resource=widgets.test.example.com');
    await kubectl('create rolebinding reader --role=reader --user=jane');

    expect((await kubectl('auth can-i list widgets --as jane')).out).toBe('yes');
    expect((await kubectl('create token nobody')).err).toContain('serviceaccounts "nobody" not found');
  });
});
