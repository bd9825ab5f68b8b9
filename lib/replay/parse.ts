import { Errors } from 'typebox/value';
import { isAboutKnown, mostTold, shownNames } from '../field-names.ts';
import type { Kind } from '../kinds/define.ts';
import { parseCursor } from './cursor.ts';
import { type ReplayRequest, replayRequestSchema } from './request.ts';

/** What replay was asked for is not to be understood, or dangerous. Nothing was looked at or sent. */
export class BadReplay extends Error {
  override readonly name = 'BadReplay';
}

const fields = Object.keys(replayRequestSchema.properties).join(', ');
const filters = ['kind', 'namespace', 'name', 'uid', 'labelSelector', 'controlPlane', 'all', 'deadLetters'] as const;

/**
 * Reads what the function was invoked with.
 * @throws {BadReplay} naming every field that is wrong, and what to do.
 */
export function parseReplay(value: unknown, kinds: readonly Kind[]): ReplayRequest {
  const problems = Errors(replayRequestSchema, value)
    .filter(isAboutKnown)
    .map(({ instancePath, message, params }) =>
      'additionalProperties' in params
        ? `${shownNames(params.additionalProperties)} is no field of it, which has ${fields}`
        : `${instancePath.slice(1) || 'the request'} ${message}`,
    );
  if (problems.length > 0) throw bad(problems);
  const request = value as ReplayRequest;
  const wrong = [...unknownKind(request, kinds), ...unlimited(request), ...unknownPlace(request, kinds)];
  if (wrong.length > 0) throw bad(wrong);
  return request;
}

function bad(problems: readonly string[]): BadReplay {
  return new BadReplay(`the request of a replay is wrong: ${problems.slice(0, mostTold).join('; ')}`);
}

function unknownKind({ kind }: ReplayRequest, kinds: readonly Kind[]): readonly string[] {
  const names = kinds.map(({ resource }) => resource.kind);
  return kind === undefined || names.includes(kind) ? [] : [`kind is none of ${names.join(', ')}`];
}

function unlimited(request: ReplayRequest): readonly string[] {
  return filters.some((filter) => request[filter] !== undefined)
    ? []
    : [`say all: true to replay every object, or narrow it down with ${filters.slice(0, 6).join(', ')}`];
}

function unknownPlace({ after, deadLetters }: ReplayRequest, kinds: readonly Kind[]): readonly string[] {
  if (after === undefined || deadLetters) return [];
  const place = parseCursor(after);
  const known = kinds.some(({ resource }) => resource.kind === place?.kind);
  return known ? [] : ['after is not the next of an earlier answer'];
}
