import { isRecord } from '../../lib/engine/objects.ts';
import type { FailureReasons, Kind, Ref } from '../../lib/kinds/define.ts';
import { type KindFolder, kindsPath } from './kinds.ts';
import { generatedHead } from './yaml-file.ts';

/** `docs/kinds.md`: what there is to know of each kind that follows from its declaration. */
export function kindsPage(kinds: readonly KindFolder[]): string {
  const contents = kinds.map(({ kind: { resource } }) => `[${resource.kind}](#${resource.kind.toLowerCase()})`);
  return [
    `<!-- ${generatedHead} -->`,
    '',
    '# Kinds',
    '',
    'What follows here is generated from the declarations of the kinds. `kubectl explain <plural>` tells every field.',
    '',
    contents.join(' · '),
    ...kinds.map(section),
    '',
  ].join('\n');
}

function section({ folder, kind }: KindFolder): string {
  const { resource, shortNames = [], categories, lane } = kind;
  const names = [`\`${resource.plural}\``, ...shortNames.map((name) => `\`${name}\``)].join(', ');
  const scope = resource.namespaced ? 'in a namespace' : 'in no namespace';
  const facts = [
    ['API', `\`${resource.group}/${resource.version}\`, ${scope}`],
    ['Names for kubectl', `${names}; in the categories ${categories.map((name) => `\`${name}\``).join(', ')}`],
    ['Lane', `\`${lane}\``],
    ['Refers to', refsText(kind.refs)],
    ['Deleting waits', kind.heldWhileReferenced ? 'until nothing refers to it' : 'for nothing'],
    ['Status', statusText(kind)],
    ['Columns', columnsText(kind)],
    ['Example', `[example.yaml](../${kindsPath}/${folder}/example.yaml)`],
  ];
  return [
    '',
    `## ${resource.kind}`,
    '',
    kind.description,
    '',
    '| | |',
    '|---|---|',
    ...facts.map(([name, text]) => `| ${name} | ${text} |`),
    '',
    '| condition | False because | |',
    '|---|---|---|',
    ...conditions(kind).map(([type, reason, when]) => `| \`${type}\` | ${reason} | ${when} |`),
  ].join('\n');
}

function refsText(refs: readonly Ref[]): string {
  const kinds = [...new Set(refs.map(({ kind }) => kind))];
  return kinds.length === 0 ? 'nothing' : kinds.map((kind) => `[\`${kind}\`](#${kind.toLowerCase()})`).join(', ');
}

function statusText({ schema }: Kind): string {
  const status = propertiesOf(propertiesOf(schema())['status']);
  const fields = Object.entries(status).flatMap(([name, one]) => {
    const inner = Object.keys(propertiesOf(one));
    return inner.length === 0 ? [name] : inner.map((field) => `${name}.${field}`);
  });
  return fields.map((field) => `\`${field}\``).join(', ') || 'nothing';
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  return isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {};
}

function columnsText({ columns }: Kind): string {
  return (
    columns.map(({ name, priority = 0 }) => (priority > 0 ? `${name} (\`-o wide\`)` : name)).join(', ') ||
    'those of every kind'
  );
}

const usual: FailureReasons = {
  waiting: 'ConditionWithStatusFalseExists',
  create: 'FailedToCreate',
  update: 'FailedToUpdate',
  remove: 'KonnectAPIOpFailed',
};

/** The main condition with its reasons, and those in which the references are told where what they name is not there. */
function conditions(kind: Kind): readonly (readonly [string, string, string])[] {
  const { waiting, create, update, remove } = kind.failureReasons ?? usual;
  const reasons = Map.groupBy(
    [
      [waiting, 'another condition is not True'],
      [create, 'it could not be made'],
      [update, 'it could not be changed'],
      [remove, 'it could not be deleted'],
    ] as const,
    ([reason]) => reason,
  );
  const main = [...reasons].map(
    ([reason, same]) => [kind.mainCondition, `\`${reason}\``, same.map(([, when]) => when).join('; ')] as const,
  );
  const told = kind.refs.flatMap((ref) =>
    ref
      .judge(undefined, { namespace: 'default', name: 'name' })
      .conditions.map(({ type, reason }) => [type, `\`${reason}\``, `the ${ref.kind} is not there`] as const),
  );
  const seen = new Set<string>();
  return [...main, ...told].filter((row) => !seen.has(row.join()) && seen.add(row.join()) !== undefined);
}
