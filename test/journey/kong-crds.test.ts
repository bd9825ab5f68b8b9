import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdsForGeneration } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { stageForFile } from './stage.ts';

/*
 * Where Kong's operator runs, the CRDs may be Kong's. They are not part of this repository:
 * KONG_CRDS_DIR names a folder with them.
 */

const root = join(import.meta.dirname, '..', '..');
const folder = process.env['KONG_CRDS_DIR'] ?? join(root, '../shared/kong-crds');
const isReal = process.env['TEST_API_SERVER'] === 'real';
const reason = existsSync(folder) && !isReal ? undefined : `Kong's CRDs are not at ${folder}: left out`;

const definitions = () =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

describe.skipIf(reason !== undefined)(reason ?? "with Kong's CRDs", () => {
  const stage = stageForFile(reason === undefined ? { crds: definitions() } : {});

  it('brings both acts of the demo to Konnect', async () => {
    const { admin } = stage.stack;
    for (const act of ['story.yaml', 'demo/gateway.yaml']) {
      await admin.apply(readFileSync(join(root, 'infra', 'local', act), 'utf8'));
    }

    const done = await stage.until('every object is done', async () => {
      const listed = kinds.map(async ({ resource, mainCondition }) =>
        (await admin.list(resource, { namespace: 'default' })).map((object) =>
          holdsForGeneration(object, mainCondition),
        ),
      );
      const all = (await Promise.all(listed)).flat();
      return all.length >= 9 && all.every((one) => one) ? all.length : undefined;
    });

    expect(done).toBe(9);
  });
});
