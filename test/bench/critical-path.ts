import type { Call, System } from './calls.ts';
import type { RoundTrips } from './round-trips.ts';

/** A call of the story that can not begin before the one above it has ended. */
export interface Step {
  readonly system: System;
  /** As in `Call`. */
  readonly text: string;
  /** Why it must follow. */
  readonly why: string;
}

/**
 * The calls of the story that must follow each other, from the first `kubectl apply` to the last status. What could run
 * beside one of these is left out, also where the product does it one after the other (the token's two look-ups in
 * Secrets Manager, the reads of the extension's own objects). So is what a run may be spared: the empty status without
 * which a CRD refuses a finalizer, where an earlier look wrote one, and the wait for the Secret, which may be created while
 * the event is on its way. The sum errs on the strict side. A queue step is a message from its sending to its receipt; the
 * watch that leads to it is not counted either.
 */
export const criticalPath: readonly Step[] = [
  { system: 'Kubernetes write', text: 'person: create auth', why: 'first document of the manifest' },
  { system: 'queue', text: 'auth', why: 'a function learns of an object by its event only' },
  { system: 'Kubernetes read', text: 'auth: get auth', why: 'the event holds no content' },
  { system: 'Kubernetes read', text: 'auth: get secrets', why: 'the object names the Secret' },
  { system: 'Konnect', text: 'GET /v3/organizations/me', why: 'needs the token' },
  { system: 'Kubernetes write', text: 'auth: patch auth', why: 'finalizer; only for a token that works' },
  { system: 'Secrets Manager', text: 'CreateSecret', why: 'kept only under a finalizer' },
  { system: 'Kubernetes write', text: 'auth: patch auth/status', why: 'valid only once the token can be read' },

  { system: 'queue', text: 'control-plane', why: 'the status just written is what it waited for' },
  { system: 'Kubernetes read', text: 'control-plane: get control-plane', why: 'the event holds no content' },
  { system: 'Kubernetes read', text: 'control-plane: get auth', why: 'the object names it' },
  { system: 'Konnect', text: 'GET /v2/control-planes', why: 'look-up by owner before a create; needs the token' },
  { system: 'Kubernetes write', text: 'control-plane: patch control-plane', why: 'finalizer; not for what is refused' },
  { system: 'Konnect', text: 'POST /v2/control-planes', why: 'only under a finalizer' },
  { system: 'Kubernetes write', text: 'control-plane: patch control-plane/status', why: 'tells the id' },

  { system: 'queue', text: 'extension', why: 'the status just written is what it waited for' },
  { system: 'Kubernetes read', text: 'extension: get extension', why: 'the event holds no content' },
  { system: 'Kubernetes read', text: 'extension: get control-plane', why: 'the object names it' },
  { system: 'Kubernetes read', text: 'extension: get auth', why: 'the control plane names it' },
  {
    system: 'Konnect',
    text: 'GET /v2/control-planes/{id}/dp-client-certificates',
    why: 'what is there decides what to upload; the finalizer is patched meanwhile',
  },
  {
    system: 'Konnect',
    text: 'POST /v2/control-planes/{id}/dp-client-certificates',
    why: 'only under a finalizer',
  },
  { system: 'Kubernetes write', text: 'extension: create secrets', why: 'a mounted certificate must be known' },
  { system: 'Kubernetes write', text: 'extension: create configmaps', why: 'records that all before was done' },
  { system: 'Kubernetes write', text: 'extension: patch extension/status', why: 'ready only once all is there' },
];

/**
 * Makes sure that a run made the calls of the path. Not their order: a function that an earlier event started may have
 * read an object by the time that the event of the path was sent.
 * @throws {Error} for a step that the run did not take: the path above is then not the product's any more.
 */
export function assertTaken(path: readonly Step[], calls: readonly Call[]): void {
  const left = calls.map(nameOf);
  for (const name of path.map(nameOf)) {
    const index = left.indexOf(name);
    if (index === -1) throw new Error(`the run lacks a call "${name}": correct the path in critical-path.ts`);
    left.splice(index, 1);
  }
}

function nameOf({ system, text }: Pick<Call, 'system' | 'text'>): string {
  return `${system}: ${text}`;
}

/** What the steps take where each is one round trip; milliseconds. */
export function sumOf(path: readonly Step[], roundTrips: RoundTrips): number {
  return path.reduce((sum, { system }) => sum + roundTrips[system], 0);
}
