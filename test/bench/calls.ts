import { queueName } from '../../infra/local/deployment.ts';
import type { ApiRequest } from '../../infra/local/kubernetes/server.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';

export type System = 'Kubernetes read' | 'Kubernetes write' | 'Konnect' | 'Secrets Manager' | 'queue';

/** One call that a system received. */
export interface Call {
  readonly system: System;
  /** Whose and what, ids left out: `extension: patch extension/status`, `POST /v2/control-planes`. Kinds by their lane. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Where the bench keeps its objects. */
export const namespace = 'default';

/** Every call so far that had to do with the bench's namespace, in the order of arrival. */
export function callsOf({ kubernetes, konnect, secrets, queues }: Stack): readonly Call[] {
  if (kubernetes === undefined) throw new Error('the bench counts calls at the embedded API server: start none other');
  const sends = queues.calls.filter(({ operation }) => operation === 'SendMessageBatch');
  return [
    ...kubernetes.requests.filter((request) => request.namespace === namespace).map(kubernetesCall),
    ...konnect.requests.map(({ method, path, at }) => konnectCall(`${method} ${path}`, Date.parse(at))),
    ...secrets.requests.map(({ operation, at }) => ({ system: 'Secrets Manager' as const, text: operation, at })),
    ...sends.map(({ queue, at }) => ({ system: 'queue' as const, text: laneOfQueue(queue), at })),
  ].toSorted((one, other) => one.at - other.at);
}

/** What the functions and the forwarder called, not the person who applies and looks. */
export function isOurs({ text }: Call): boolean {
  return !text.startsWith('person: ');
}

export function forgetCalls({ kubernetes, konnect, secrets, queues }: Stack): void {
  kubernetes?.resetRequests();
  konnect.resetRequests();
  secrets.resetRequests();
  queues.resetCalls();
}

/** How many calls went to Konnect, Kubernetes and Secrets Manager. */
export function countBySystem(calls: readonly Call[]): Readonly<Record<'konnect' | 'kubernetes' | 'secrets', number>> {
  const count = (name: string) => calls.filter(({ system }) => system.startsWith(name)).length;
  return { konnect: count('Konnect'), kubernetes: count('Kubernetes'), secrets: count('Secrets Manager') };
}

function kubernetesCall({ user, verb, resource, subresource, at }: ApiRequest): Call {
  const who = user.replace(/^konnect-reconciler-/, '');
  const lane = kinds.find((kind) => kind.resource.plural === resource)?.lane ?? resource;
  const text = `${who === user ? 'person' : who}: ${verb} ${lane}${subresource === undefined ? '' : `/${subresource}`}`;
  return { system: ['get', 'list', 'watch'].includes(verb) ? 'Kubernetes read' : 'Kubernetes write', text, at };
}

function konnectCall(text: string, at: number): Call {
  return { system: 'Konnect', text: text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}'), at };
}

function laneOfQueue(queue: string | undefined): string {
  return lanes.find((lane) => queueName(lane) === queue) ?? '';
}
