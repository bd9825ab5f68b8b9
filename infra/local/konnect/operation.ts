import type { Answer } from './answer.ts';
import type { Choices } from './choices.ts';
import type { CloudSettings } from './cloud-gateways/settings.ts';
import type { Family } from './families.ts';
import type { Region } from './region.ts';
import type { KonnectState, Organization } from './state.ts';
import type { TokenKind } from './tokens.ts';

/** What an operation may depend on besides the request: data, time, and the choices where Konnect's behaviour is disputed. */
export interface World {
  readonly state: KonnectState;
  readonly clock: () => Date;
  readonly choices: Choices;
  readonly cloud: CloudSettings;
}

/** One authenticated request to one operation. */
export interface Call {
  readonly world: World;
  readonly organization: Organization;
  readonly tokenKind: TokenKind;
  readonly region: Region | undefined;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Lists answer as they were before the most recent change. */
  readonly stale: boolean;
}

export interface Operation {
  /** As in `ListControlPlanes`; what records and faults call it. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for parameters. */
  readonly path: string;
  readonly family: Family;
  /** Given to everybody, without a token. */
  readonly open?: Answer;
  /** Answers, or throws a Refusal. Runs to its end without waiting, so requests never mix. */
  readonly handle: (call: Call) => Answer;
}

/** A path parameter the router has matched. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`No parameter "${name}" in the path ${call.path}: add it to the operation`);
  return value;
}

/** Unix seconds, the time format of core entities and certificates. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
