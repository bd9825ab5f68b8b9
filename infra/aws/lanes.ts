import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../../lib/engine/objects.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { settings } from './settings.ts';

/** A section of a CloudFormation template: definitions by logical id. */
export type Section = Readonly<Record<string, unknown>>;

const template = readFileSync(join(import.meta.dirname, 'lane.yml'), 'utf8');

/** Queues, policies and role of every lane. */
export const laneResources = section('Resources');

/** What an operator needs to know of every lane. */
export const laneOutputs = section('Outputs');

/**
 * Fills in the `<name>` marks of a text.
 * @throws {Error} naming a mark that has no value.
 */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/<(\w+)>/g, (mark, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`infra/aws/lane.yml has the mark ${mark}, which has no value`);
    return String(value);
  });
}

function section(name: 'Resources' | 'Outputs'): Section {
  return Object.assign({}, ...lanes.map((lane) => sectionOf(lane, name)));
}

function sectionOf(lane: Lane, name: string): Section {
  const parsed: unknown = parse(filled(template, { ...settings, lane, Lane: pascalCase(lane) }), { merge: true });
  const found = isRecord(parsed) ? parsed[name] : undefined;
  if (!isRecord(found)) throw new Error(`infra/aws/lane.yml has no section ${name}`);
  return found;
}

function pascalCase(lane: Lane): string {
  return lane
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
