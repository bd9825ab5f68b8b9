import { clip, printable } from '../printable.ts';
import { type DriftProblem, type DriftReport, type FieldDifference, type Finding, findingClasses } from './report.ts';

/** Characters of one value; what is longer is cut. */
const longestValue = 120;

/** A report for people: what was found by control plane and kind, what could not be checked, and how much was looked at. */
export function driftText(report: DriftReport): string {
  const found = findingClasses.reduce((sum, name) => sum + report.counts[name], 0);
  const more = found - report.findings.length;
  const parts = [
    headOf(report),
    ...[...Map.groupBy(report.findings, placeOf)].map(([place, findings]) => placeText(place, findings, report)),
    ...(more > 0 ? [`… and ${more} more that the report does not hold`] : []),
    ...(report.problems.length > 0 ? [problemsText(report.problems)] : []),
    totalsOf(report, found),
  ];
  return parts.join('\n\n');
}

function headOf({ run, mode, startedAt, finishedAt }: DriftReport): string {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return printable(`Drift check ${run} (${mode}), ${startedAt}, ${seconds.toFixed(1)} s`);
}

function placeOf({ cluster, controlPlane }: Finding | DriftProblem): string {
  return printable(
    controlPlane === undefined ? `cluster ${cluster}` : `cluster ${cluster}, control plane ${controlPlane}`,
  );
}

function placeText(place: string, findings: readonly Finding[], report: DriftReport): string {
  const kinds = Map.groupBy(findings, ({ kind }) => kind);
  const lines = [...kinds].flatMap(([kind, those]) => [
    `  ${printable(kind)}`,
    ...those.flatMap((finding) => findingLines(finding, report)),
  ]);
  return [place, ...lines].join('\n');
}

function findingLines(finding: Finding, report: DriftReport): readonly string[] {
  const { class: what, namespace, name, id, fields = [], message } = finding;
  const object = namespace === undefined ? name : `${namespace}/${name}`;
  const entity = id === undefined ? '' : ` (${id})`;
  return [
    `    ${what.padEnd(9)}  ${printable(`${object}${entity}`)}: ${printable(message)}${doneAbout(finding, report)}`,
    ...fields.map((field) => `      ${fieldText(field)}`),
  ];
}

function doneAbout({ policy, sent }: Finding, { mode }: DriftReport): string {
  if (sent) return '; an event was sent to repair it';
  if (policy !== 'repair') return `; left as it is, as its annotation says (${printable(policy)})`;
  return mode === 'repair' ? '; no event was sent' : '';
}

function fieldText({ path, ours, theirs }: FieldDifference): string {
  return `${printable(path)}: the object says ${valueText(ours)}, Konnect has ${valueText(theirs)}`;
}

function valueText(value: unknown): string {
  return value === undefined ? 'nothing' : clip(printable(JSON.stringify(value)), longestValue);
}

function problemsText(problems: readonly DriftProblem[]): string {
  const lines = problems.map((problem) => {
    const kind = problem.kind === undefined ? '' : `, ${problem.kind}`;
    return `  ${placeOf(problem)}${printable(kind)}: ${printable(problem.message)}`;
  });
  return ['Not checked:', ...lines].join('\n');
}

function totalsOf(report: DriftReport, found: number): string {
  const objects = report.checked.reduce((sum, one) => sum + one.objects, 0);
  const entities = report.checked.reduce((sum, one) => sum + one.entities, 0);
  const nothing = report.problems.length === 0 ? 'Nothing differs.' : 'Nothing that could be checked differs.';
  const classes = findingClasses.map((name) => `${report.counts[name]} ${name}`).join(', ');
  return [
    `Looked at ${objects} objects and ${entities} entities with ${report.konnectCalls} calls to Konnect.`,
    found === 0 ? nothing : `Found ${found}: ${classes}. Events sent: ${report.events}.`,
    ...(report.problems.length === 0 ? [] : [`Could not check: ${report.problems.length}.`]),
  ].join('\n');
}
