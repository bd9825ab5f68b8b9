import { type IdSource, traceNumber } from './ids.ts';

export const json = 'application/json';
export const problemJson = 'application/problem+json';

/** What goes back to the client. No body means an empty one. */
export interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One item of `invalid_parameters`. */
export interface InvalidParameter {
  readonly field: string;
  readonly reason: string;
  readonly rule?: string;
  readonly source?: 'body' | 'query' | 'path';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly unknown[];
}

/** Thrown by an operation that refuses a request; carries the answer in the words of its family. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`Konnect refuses with ${answer.status}: ${JSON.stringify(answer.body)}`);
    this.name = 'Refusal';
    this.answer = answer;
  }
}

export function ok(body: unknown): Answer {
  return { status: 200, contentType: json, body };
}

export function created(body: unknown): Answer {
  return { status: 201, contentType: json, body };
}

export const noContent: Answer = { status: 204 };

export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly instance: 'konnect' | 'kong';
  readonly invalid_parameters?: readonly InvalidParameter[];
}

/** A problem+json answer of the platform APIs. `instance` names the tracer; `traced` adds the number. */
export function problem(content: Problem): Answer {
  return { status: content.status, contentType: problemJson, body: content };
}

/** Completes a problem with the trace id of this very answer; leaves every other answer alone. */
export function traced(answer: Answer, ids: IdSource): Answer {
  if (answer.contentType !== problemJson || !isProblem(answer.body)) return answer;
  const { status, title, detail, instance, ...rest } = answer.body;
  return { ...answer, body: { status, title, instance: `${instance}:trace:${traceNumber(ids)}`, detail, ...rest } };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'instance' in body && 'title' in body;
}
