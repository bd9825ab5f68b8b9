import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ApiRequest } from '../../infra/local/kubernetes/server.ts';
import { isRecord } from '../../lib/engine/objects.ts';

/** A call of ours to the API server that was denied, or that no role of ours grants. */
export interface AccessProblem {
  readonly user: string;
  readonly call: string;
  readonly why: 'denied' | 'not granted';
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const file = join(import.meta.dirname, '..', '..', 'infra', 'cluster', 'base', 'rbac.gen.yaml');

/**
 * Looks at the calls of functions and forwarder. The generated roles are read here once more, so that what the API
 * server's own RBAC lets pass by mistake is found as well.
 */
export function accessProblems(requests: readonly ApiRequest[]): readonly AccessProblem[] {
  const roles = readRoles();
  return requests.filter(isOurs).flatMap((request): readonly AccessProblem[] => {
    const { user, verb, status } = request;
    const call = `${verb} ${resourceName(request)}`;
    const role = roleOf(request);
    if (status === 403) return [{ user, call, why: 'denied' }];
    return isGranted(roles.get(role) ?? [], request) ? [] : [{ user, call, why: 'not granted' }];
  });
}

/** A request of a function or the forwarder that asks for a resource. */
export function isOurs({ user, resource }: ApiRequest): boolean {
  return /(^|:)konnect-reconciler-/.test(user) && resource !== '';
}

/** The role of one of our identities: a user, or a service account, of the same name. */
export function roleOf({ user }: ApiRequest): string {
  return user.split(':').at(-1) ?? user;
}

/** As rules name a resource. */
export function resourceName({ resource, subresource }: ApiRequest): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function isGranted(rules: readonly Rule[], request: ApiRequest): boolean {
  const name = resourceName(request);
  return rules.some(
    ({ apiGroups, resources, verbs }) =>
      apiGroups.includes(request.group) && resources.includes(name) && verbs.includes(request.verb),
  );
}

/** The rules of each ClusterRole. */
export function readRoles(): ReadonlyMap<string, readonly Rule[]> {
  const roles = parseAllDocuments(readFileSync(file, 'utf8')).map((document): unknown => document.toJS());
  return new Map(
    roles.filter(isRecord).map((role) => {
      const metadata = isRecord(role['metadata']) ? role['metadata'] : {};
      const rules = Array.isArray(role['rules']) ? role['rules'] : [];
      return [String(metadata['name']), rules.filter(isRule)] as const;
    }),
  );
}

function isRule(value: unknown): value is Rule {
  return isRecord(value) && ['apiGroups', 'resources', 'verbs'].every((field) => Array.isArray(value[field]));
}
