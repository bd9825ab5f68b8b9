import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../../lib/engine/objects.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';
import { pascalCase } from './names.ts';
import { settings } from './settings.ts';

/** A section of a CloudFormation template: definitions by logical id. */
type Section = Readonly<Record<string, unknown>>;

interface Part {
  readonly Resources: Section;
  /** What an operator needs to know of it. */
  readonly Outputs: Section;
}

const queue = fileNamed('queue.yml');
const lane = fileNamed('lane.yml');
const tool = fileNamed('tool.yml');

/** Whatever there is several of: the queues, and the roles of the functions. */
export const parts: readonly Part[] = [
  ...lanes.flatMap((name) => [queueNamed(name, settings.queue), part(lane, { lane: name, Lane: pascalCase(name) })]),
  queueNamed('drift', settings.driftQueue),
  ...tools.map((name) => part(tool, { tool: name, Tool: pascalCase(name) })),
];

/**
 * Fills in the `<name>` marks of a text.
 * @throws {Error} naming a mark that has no value.
 */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/<(\w+)>/g, (mark, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a template in infra/aws has the mark ${mark}, which has no value`);
    return String(value);
  });
}

function queueNamed(name: string, values: Readonly<Record<string, number>>): Part {
  const { deadLetterRetentionSeconds } = settings;
  return part(queue, { queue: name, Queue: pascalCase(name), deadLetterRetentionSeconds, ...values });
}

function part(template: string, values: Readonly<Record<string, string | number>>): Part {
  const parsed: unknown = parse(filled(template, values), { merge: true });
  return { Resources: sectionOf(parsed, 'Resources'), Outputs: sectionOf(parsed, 'Outputs') };
}

function sectionOf(template: unknown, name: string): Section {
  const found = isRecord(template) ? template[name] : undefined;
  if (!isRecord(found)) throw new Error(`a template in infra/aws has no section ${name}`);
  return found;
}

function fileNamed(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}
