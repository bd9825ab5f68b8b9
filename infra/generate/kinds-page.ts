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
    '',
    '## Of every kind',
    '',
    ...ofEveryKind,
    ...kinds.map(section),
    '',
  ].join('\n');
}

/** What objects say beside what the section of their kind lists. */
const ofEveryKind = [
  'A main condition (`Programmed`, `Ready`, `APIAuthValid`) may also be False for one of these reasons:',
  '',
  '| reason | because |',
  '|---|---|',
  '| `Invalid` | the object says what can not be: the message names the field |',
  "| `ManagedByAnotherController` | Kong's operator holds the object, by a finalizer |",
  '| `OwnershipConflict` | the entity is that of another object, or two entities carry the uid of this one |',
  '| `OrganizationMismatch` | the entity is in another Konnect organisation than the token |',
  '| `ServerMismatch` | the entity was made on another Konnect server than the authentication leads to |',
  '| `RefNotPermitted` | of an auth configuration: the Secret, or the secret at AWS, does not allow its namespace |',
  '',
  'Some objects have these conditions, too:',
  '',
  '| condition | of | says |',
  '|---|---|---|',
  '| `InSync` | what a drift check found otherwise in Konnect | False: `Missing` or `Different`. True once that is repaired |',
  '| `Adopted` | objects with `spec.adopt` | False: why the entity was not taken over (`FetchFailed`, `NotMatch`, `UIDConflict`); the main condition says the same |',
  '| `TagsComplete` | entities of a control plane whose tags did not all fit | False: `TagsDropped`, and which |',
  '| `TokenAccepted` | auth configurations whose new token was refused | False: `Refused`, and whether the one before stays in use |',
];

function section({ folder, kind }: KindFolder): string {
  const { resource, shortNames = [], categories, lane } = kind;
  const names = [`\`${resource.plural}\``, ...shortNames.map((name) => `\`${name}\``)].join(', ');
  const scope = resource.namespaced ? 'in a namespace' : 'in no namespace';
  const facts = [
    ['API', `\`${resource.group}/${resource.version}\`, ${scope}`],
    ['Names for kubectl', `${names}; in the categories ${categories.map((name) => `\`${name}\``).join(', ')}`],
    ['Lane', `\`${lane}\``],
    ['Refers to', refsText(kind.refs)],
    ['Deleting waits', deletingText(kind)],
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

function deletingText({ heldWhileReferenced, deletingWaits }: Kind): string {
  if (deletingWaits !== undefined) return deletingWaits;
  return heldWhileReferenced ? 'until nothing refers to it' : 'for nothing';
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

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

const usual: FailureReasons = {
  waiting: 'ConditionWithStatusFalseExists',
  create: 'FailedToCreate',
  update: 'FailedToUpdate',
  remove: 'KonnectAPIOpFailed',
};

/** The main condition with its reasons, those in which the references are told where what they name is not there, and the kind's own. */
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
  const absent = kind.refs.flatMap((ref) =>
    ref
      .judge(undefined, { namespace: 'default', name: 'name' })
      .conditions.map(({ type, reason }) => ({ type, reason, kind: ref.kind })),
  );
  // Of the main condition it is said above, as another one that is not True.
  const others = absent.filter(({ type }) => type !== kind.mainCondition);
  const told = [...Map.groupBy(others, ({ type, reason }) => `${type} ${reason}`).values()].map((same) => {
    const [{ type, reason } = { type: '', reason: '' }] = same;
    const kinds = [...new Set(same.map((one) => one.kind))];
    return [type, `\`${reason}\``, `the ${oneOf.format(kinds)} is not there`] as const;
  });
  return [
    ...main,
    ...told,
    ...(kind.reasons ?? []).map(([type, reason, why]) => [type, `\`${reason}\``, why] as const),
  ];
}
