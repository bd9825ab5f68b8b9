import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ApiRequest } from '../../infra/local/kubernetes/server.ts';
import { isRecord } from '../../lib/engine/objects.ts';

/** A call of ours to the API server that was denied, or that nothing in rbac.gen.yaml grants. */
export interface AccessProblem {
  readonly user: string;
  readonly call: string;
  readonly why: 'denied' | 'not granted';
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const file = join(import.meta.dirname, '..', '..', 'infra', 'cluster', 'rbac.gen.yaml');

/**
 * Looks at the calls of functions and forwarder. The generated roles are read here once more, so that what the API
 * server's own RBAC lets pass by mistake is found as well.
 */
export function accessProblems(requests: readonly ApiRequest[]): readonly AccessProblem[] {
  const roles = readRoles();
  const ours = requests.filter(({ user, resource }) => user.startsWith('konnect-reconciler') && resource !== '');
  return ours.flatMap((request): readonly AccessProblem[] => {
    const { user, verb, resource, subresource, status } = request;
    const call = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
    if (status === 403) return [{ user, call, why: 'denied' }];
    return isGranted(roles.get(user) ?? [], request) ? [] : [{ user, call, why: 'not granted' }];
  });
}

function isGranted(rules: readonly Rule[], { group, resource, subresource, verb }: ApiRequest): boolean {
  const name = subresource === undefined ? resource : `${resource}/${subresource}`;
  return rules.some(
    ({ apiGroups, resources, verbs }) => apiGroups.includes(group) && resources.includes(name) && verbs.includes(verb),
  );
}

/** The rules of each ClusterRole; in the stack a user has the role of the same name. */
function readRoles(): ReadonlyMap<string, readonly Rule[]> {
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
