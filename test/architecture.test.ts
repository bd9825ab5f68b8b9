import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findKinds } from '../infra/generate/kinds.ts';
import { outputsOf, staleFiles } from '../infra/generate/outputs.ts';
import {
  engineKnowsNoWorld,
  environmentIsReadInOnePlace,
  importsPointOneWay,
  kindsAreReachedByRegistry,
  onlyKindFoldersNameKinds,
  productNeedsNoTests,
  type Rule,
} from './architecture/rules.ts';
import { readSources, source } from './architecture/source.ts';

const root = join(import.meta.dirname, '..');
const folders = await findKinds(root);
const names = folders.flatMap(({ kind }) => [kind.resource.kind, kind.resource.plural]);
const sources = readSources(root, ['lib', 'functions', 'infra'], ['.ts', '.yml', '.yaml', '.json']);

interface Example {
  readonly path: string;
  readonly text: string;
}

interface Case {
  readonly name: string;
  readonly rule: Rule;
  /** Files that the rule must refuse. */
  readonly refused: readonly Example[];
  /** Files that look alike and are fine. */
  readonly fine: readonly Example[];
}

const cases: readonly Case[] = [
  {
    name: 'imports point one way: functions and infra to lib, nothing of the product to the local stack',
    rule: importsPointOneWay,
    refused: [
      { path: 'lib/konnect/client.ts', text: "import { a } from '../../infra/local/stack.ts';" },
      { path: 'lib/forward/loop.ts', text: "export * from '../../functions/replay.ts';" },
      { path: 'functions/replay.ts', text: "import {\n  a,\n  b,\n} from '../infra/local/stack.ts';" },
      { path: 'infra/cluster/forwarder.ts', text: "const stack = await import('../local/stack.ts');" },
    ],
    fine: [
      { path: 'lib/forward/loop.test.ts', text: "import { a } from '../../infra/local/stack.ts';" },
      { path: 'functions/replay.ts', text: "import { a } from '../lib/replay/replay.ts';" },
      { path: 'infra/local/stack.ts', text: "import { a } from '../../functions/replay.ts';" },
    ],
  },
  {
    name: 'the engine imports no SDK, no kind and no adapter',
    rule: engineKnowsNoWorld,
    refused: [
      { path: 'lib/engine/run.ts', text: "import { SQSClient } from '@aws-sdk/client-sqs';" },
      { path: 'lib/engine/run.ts', text: "import { request } from 'undici';" },
      { path: 'lib/engine/run.ts', text: "import type { KubeConfig } from '@kubernetes/client-node';" },
      { path: 'lib/engine/run.ts', text: "import { pathOf } from '../konnect/path.ts';" },
      { path: 'lib/engine/run.ts', text: "import { lanes } from '../kinds/define.ts';" },
      { path: 'lib/engine/run.ts', text: "import { kinds } from '../kinds/registry.gen.ts';" },
    ],
    fine: [
      { path: 'lib/engine/run.ts', text: "import type { Kind } from '../kinds/define.ts';" },
      { path: 'lib/engine/run.ts', text: "import { createHash } from 'node:crypto';\nimport './ports.ts';" },
      { path: 'lib/konnect/client.ts', text: "import { request } from 'undici';" },
    ],
  },
  {
    name: 'the folder of a kind is imported by other kinds and by the registry only',
    rule: kindsAreReachedByRegistry,
    refused: [{ path: 'lib/forward/loop.ts', text: "import { kind } from '../kinds/shop/kind.ts';" }],
    fine: [
      { path: 'lib/kinds/registry.gen.ts', text: "import { kind as shop } from './shop/kind.ts';" },
      { path: 'lib/kinds/shelf/kind.ts', text: "import { shopRef } from '../shop/ref.ts';" },
      { path: 'lib/forward/loop.ts', text: "import { kinds } from '../kinds/registry.gen.ts';" },
    ],
  },
  {
    name: "no file but those in a kind's folder names the kind",
    rule: onlyKindFoldersNameKinds(names),
    refused: names.map((name) => ({ path: 'lib/engine/run.ts', text: `if (kind === '${name}') return;` })),
    fine: names.flatMap((name) => [
      { path: 'lib/kinds/shop/kind.ts', text: `kind: '${name}'` },
      { path: 'infra/cluster/crds/shop.gen.yaml', text: `kind: ${name}` },
      { path: 'infra/local/demo/shop.yaml', text: `kind: ${name}` },
      { path: 'lib/engine/run.ts', text: `const the${name} = 1;` },
    ]),
  },
  {
    name: 'the environment is read by configuration and composition roots only',
    rule: environmentIsReadInOnePlace,
    refused: [{ path: 'lib/konnect/client.ts', text: "const url = process.env['URL'];" }],
    fine: [
      { path: 'lib/forward/config.ts', text: 'readConfig(process.env)' },
      { path: 'functions/replay.ts', text: 'readConfig(process.env)' },
    ],
  },
  {
    name: 'the product imports nothing that is there for tests',
    rule: productNeedsNoTests,
    refused: [
      { path: 'infra/local/stack.ts', text: "import { vi } from 'vitest';" },
      { path: 'lib/forward/loop.ts', text: "import { a } from './fixture.ts';" },
    ],
    fine: [{ path: 'lib/forward/fixture.ts', text: "import { vi } from 'vitest';" }],
  },
];

describe.each(cases)('$name', ({ rule, refused, fine }) => {
  it('holds', () => {
    expect(sources.flatMap(rule)).toEqual([]);
  });

  it('is a rule that finds what breaks it, and only that', () => {
    for (const { path, text } of refused) expect(rule(source(path, text)), text).toHaveLength(1);
    for (const { path, text } of fine) expect(rule(source(path, text)), `${path}: ${text}`).toEqual([]);
  });
});

describe('what is generated', () => {
  it('is what the kinds give (else run `npm run gen`)', async () => {
    expect(await staleFiles(root, await outputsOf(root))).toEqual([]);
  });

  it('registers the kind of every folder, and the controller of every folder that has one', async () => {
    const { kinds } = await import('../lib/kinds/registry.gen.ts');
    const { controllersOfLanes } = await import('../lib/whole-registry.ts');
    expect(kinds).toEqual(folders.map(({ kind }) => kind));
    const withController = folders.filter(({ hasController }) => hasController);
    for (const [lane, controllers] of Object.entries(controllersOfLanes)) {
      const names = withController.filter(({ kind }) => kind.lane === lane).map(({ kind }) => kind.resource.kind);
      expect(Object.keys(controllers), lane).toEqual(names);
    }
  });
});
