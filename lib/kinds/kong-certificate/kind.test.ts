import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../../test/memory/cluster.ts';
import { entities, inControlPlane } from '../../../test/memory/core.ts';
import { conditionText, key, named } from '../../../test/memory/manifests.ts';
import { settleAll, stageWithControlPlane } from '../../../test/memory/plugins.ts';
import { namespace, type Stage } from '../../../test/memory/stage.ts';

const kind = named('KongCertificate');
const names = named('KongSNI');

it('waits with its deletion for the server names that it is shown to, and names them', async () => {
  await using stage = await programmed();
  stage.cluster.user.remove(kind.resource, key('shop'));
  await settleAll(stage);

  expect(conditionText(stage.object(kind, 'shop'), 'Programmed')).toMatch(
    /^True Programmed: still in use by KongSNI \S+\/shop, KongSNI \S+\/shop-any: delete those first/,
  );

  stage.cluster.user.remove(names.resource, key('shop'));
  stage.cluster.user.remove(names.resource, key('shop-any'));
  await settleAll(stage);
  expect(stage.find(kind.resource, 'shop')).toBeUndefined();
  expect([...entities(stage, 'certificates'), ...entities(stage, 'snis')]).toEqual([]);
});

/** The example of server names, which has the certificate, in the control plane `cp`. */
async function programmed(): Promise<Stage> {
  const stage = await stageWithControlPlane();
  const example = await readFile(`${import.meta.dirname}/../kong-sni/example.yaml`, 'utf8');
  for (const document of parseAllDocuments(example)) {
    const { kind: kindName, metadata, spec } = document.toJS();
    const place = 'controlPlaneRef' in spec ? { controlPlaneRef: inControlPlane } : {};
    const manifest: Manifest = { metadata: { ...metadata, namespace }, spec: { ...spec, ...place } };
    stage.cluster.user.apply(named(kindName).resource, manifest);
  }
  await settleAll(stage);
  return stage;
}
