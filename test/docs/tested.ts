/** A command of the documentation, and the test that runs it, or does what it does. */
export interface Tested {
  readonly command: RegExp;
  readonly test: string;
  /** What in the test speaks of it. */
  readonly mentions: string;
}

const cli = 'npx konnect-reconciler';

/** Every command that a page may tell. `npm test` and `npm run check` are what tests are run by. */
export const tested: readonly Tested[] = [
  { command: of('npm ci( && npm run demo)?$'), test: 'infra/local/demo/held.test.ts', mentions: 'held' },
  { command: of('npm test$'), test: 'test/docs.test.ts', mentions: 'expect' },
  { command: of('npm run check$'), test: 'test/architecture.test.ts', mentions: 'staleFiles' },
  { command: of('npm run dev$'), test: 'test/journey/doctor.test.ts', mentions: 'shellLines' },
  { command: of('npm run gen$'), test: 'infra/generate/generate.test.ts', mentions: 'writeOutputs' },
  { command: of('npm run package$'), test: 'test/package.test.ts', mentions: 'osls' },
  { command: of('npx vitest run test/contract '), test: 'test/contract/contract.test.ts', mentions: 'everyKind' },
  { command: of('source …/env$'), test: 'test/journey/doctor.test.ts', mentions: 'shellLines' },
  {
    command: of('npx osls invoke local --stage local -f drift-check -p events/drift-check.json$'),
    test: 'test/install/osls.test.ts',
    mentions: 'events/drift-check.json',
  },
  {
    command: of('npx osls invoke local --stage local -f replay -[dp] '),
    test: 'test/install/osls.test.ts',
    mentions: 'events/replay-one-kind.json',
  },
  {
    command: of(`${cli} doctor( --as entity --kubeconfig entity.yaml)?$`),
    test: 'test/journey/doctor.test.ts',
    mentions: "'--as', 'entity'",
  },
  { command: of(`${cli} status( -n \\w+)?( --watch)?$`), test: 'lib/cli/status.test.ts', mentions: "'--watch'" },
  {
    command: of(`${cli} drift( --control-plane [\\w/]+)?( --repair)?$`),
    test: 'lib/cli/drift.test.ts',
    mentions: "'--repair'",
  },
  { command: of(`${cli} replay .*`), test: 'lib/cli/replay.test.ts', mentions: "'replay'" },
  { command: of(`${cli} dead-letters list$`), test: 'lib/cli/dead-letters/command.test.ts', mentions: "'list'" },
  {
    command: of(`${cli} dead-letters redrive --reason 503$`),
    test: 'lib/cli/dead-letters/command.test.ts',
    mentions: "'redrive'",
  },
  { command: of(`${cli} migrate( --apply)?$`), test: 'test/migration/migration.test.ts', mentions: "'--apply'" },
  { command: of(`${cli} migrate --back( --apply)?$`), test: 'test/migration/migration.test.ts', mentions: "'--back'" },
  // No kubectl is part of the project: these tests ask the API server for what it asks for.
  { command: of('kubectl get kong$'), test: 'infra/local/kubernetes/lists.test.ts', mentions: 'Table' },
  { command: of('kubectl explain '), test: 'infra/local/kubernetes/definitions.test.ts', mentions: 'openapi' },
  { command: of('kubectl (describe|wait) '), test: 'infra/local/kubernetes/watches.test.ts', mentions: 'watch' },
  {
    command: of('kubectl apply -k infra/cluster/overlays/eks'),
    test: 'test/install/kustomize.test.ts',
    mentions: 'overlays',
  },
  {
    command: of('kubectl apply -f (lib/kinds/|infra/local/story.yaml)'),
    test: 'test/examples.test.ts',
    mentions: 'example',
  },
  { command: of('kubectl delete kong --all$'), test: 'test/contract/contract.test.ts', mentions: 'delete' },
];

function of(pattern: string): RegExp {
  return new RegExp(`^${pattern}`);
}
