import * as Type from 'typebox';
import { Errors } from 'typebox/value';
import type { DriftAnswer } from '../drift/report.ts';
import { findingClasses } from '../drift/report.ts';
import type { ReplayAnswer } from '../replay/request.ts';
import { Problem } from './problem.ts';

const text = Type.String();
const count = Type.Number();

/** What of the functions' answers is relied on; a newer function may say more. */
const replayAnswer = Type.Object({
  run: text,
  dryRun: Type.Boolean(),
  events: Type.Record(text, count),
  objects: Type.Array(Type.Object({ cluster: text, kind: text, namespace: Type.Optional(text), name: text })),
  problems: Type.Array(text),
  next: Type.Optional(text),
});

const place = { cluster: text, controlPlane: Type.Optional(text) };
const finding = Type.Object({
  ...place,
  class: Type.Enum([...findingClasses]),
  kind: text,
  name: text,
  message: text,
  policy: text,
  sent: Type.Boolean(),
  fields: Type.Optional(Type.Array(Type.Object({ path: text }))),
});
const driftAnswer = Type.Object({
  run: text,
  queued: count,
  report: Type.Optional(
    Type.Object({
      run: text,
      mode: text,
      startedAt: text,
      finishedAt: text,
      checked: Type.Array(Type.Object({ ...place, kind: text, objects: count, entities: count })),
      findings: Type.Array(finding),
      counts: Type.Object(Object.fromEntries(findingClasses.map((name) => [name, count]))),
      problems: Type.Array(Type.Object({ ...place, message: text })),
      konnectCalls: count,
      events: count,
    }),
  ),
});

/** @throws {Problem} for an answer that is none: another version of the function, or another function. */
export function parseReplayAnswer(value: unknown): ReplayAnswer {
  refuse('replay', Errors(replayAnswer, value));
  return value as ReplayAnswer;
}

/** @throws {Problem} for an answer that is none. */
export function parseDriftAnswer(value: unknown): DriftAnswer {
  refuse('drift-check', Errors(driftAnswer, value));
  return value as DriftAnswer;
}

function refuse(name: string, problems: readonly { readonly instancePath: string; readonly message: string }[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const where = `${first.instancePath || '/'} ${first.message}`;
  throw new Problem(`the answer of ${name} is not understood (${where}): is the deployment of this version?`);
}
