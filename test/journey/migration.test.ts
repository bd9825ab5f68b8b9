import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, inject, it } from 'vitest';
import { applyAndWait, everythingDone } from '../../infra/local/demo/story.ts';
import { clusterName, type Stack, startStack, tokenSecretPrefix } from '../../infra/local/stack.ts';
import { runCli } from '../../lib/cli/fixture.ts';
import { holdsForGeneration } from '../../lib/engine/objects.ts';
import { isHeld } from '../../lib/engine/ownership.ts';
import { placeOf } from '../../lib/engine/place.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { leaveBehind } from '../migration/left-behind.ts';
import { poll } from './poll.ts';

/* The demo's objects, as Kong's operator leaves them: the command lets them go, and the forwarder that starts asks for them. */

const root = join(import.meta.dirname, '..', '..');

it('takes everything over under the ids that it has, without anybody touching an object', async () => {
  await using stack = await startStack({ bundles: inject('bundles') });
  const manifests = ['infra/local/story.yaml', 'infra/local/demo/gateway.yaml'];
  const texts = await Promise.all(manifests.map((file) => readFile(join(root, file), 'utf8')));
  const applied = [];
  for (const text of texts) applied.push(...(await applyAndWait(stack, text, () => undefined)));
  await everythingDone(stack, applied, () => undefined);
  await stack.forwarder?.kill();
  const objects = () => objectsOf(stack);
  const forgetToken = (namespace: string, name: string) => deleteToken(stack, namespace, name);
  const { admin } = stack;
  await using konnect = await leaveBehind({
    admin,
    konnect: stack.konnect,
    namespace: 'default',
    objects,
    forgetToken,
  });
  const before = await places(stack);

  expect(await migrate(stack)).toMatchObject({ code: 0 });
  await stack.restartForwarder();
  await poll(stack, 'every object is taken over', async () =>
    (await objects()).every(({ kind, object }) => isHeld(object) && holdsForGeneration(object, kind.mainCondition)),
  );

  expect(await places(stack)).toEqual(before);
  const writes = konnect.requests.filter(({ write }) => write);
  const others = writes
    .filter(({ method }) => method !== 'PUT' && method !== 'PATCH')
    .map(({ operation }) => operation);
  expect(others).toEqual(['CreateDataPlaneCertificate']);
});

async function objectsOf({ admin }: Stack) {
  const lists = kinds.map(async (kind) => (await admin.list(kind.resource)).map((object) => ({ kind, object })));
  return (await Promise.all(lists)).flat();
}

async function places(stack: Stack): Promise<readonly string[]> {
  const all = await objectsOf(stack);
  return all.map(({ object }) => `${object.kind} ${object.metadata.name} ${placeOf(object)?.id}`).sort();
}

async function migrate({ kubeconfig }: Stack) {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'));
  try {
    await writeFile(join(folder, 'kubeconfig'), kubeconfig, { mode: 0o600 });
    return await runCli(['migrate', '--apply'], { KUBECONFIG: join(folder, 'kubeconfig') });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function deleteToken({ secrets, aws }: Stack, namespace: string, name: string): Promise<void> {
  const client = new SecretsManagerClient({ ...aws, endpoint: secrets.url });
  const SecretId = `${tokenSecretPrefix}/${clusterName}/${namespace}/${name}`;
  await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  client.destroy();
}
