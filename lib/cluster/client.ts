import type { ClusterError } from '../engine/errors.ts';
import type { KubernetesObject, ObjectKey, Resource } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import type { Credentials } from './access.ts';
import { type Answer, failureOf, isExpired, missingObject, notServed, unintelligible } from './failures.ts';
import { listPages, parseJson, parseObject } from './list.ts';
import { callText, isPossibleName, pathOf, resourceText } from './paths.ts';
import { type Call, createTransport } from './transport.ts';

export interface ClusterOptions {
  /** The name under which this deployment knows the cluster. */
  readonly name: string;
  readonly credentials: Credentials;
  /** For one call with its whole answer; choose it shorter than the deadline of whoever calls. */
  readonly timeoutMs: number;
  /** Who the API server records as the manager of the fields that are written. */
  readonly fieldManager?: string;
  readonly userAgent?: string;
  /** Told of every call once it ended: for counting and tracing. */
  readonly onCall?: (call: ClusterCall) => void;
}

export interface ClusterCall {
  readonly verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  readonly resource: Resource;
  /** HTTP status; absent where there was no answer. */
  readonly status?: number;
  readonly milliseconds: number;
}

// A list whose `continue` token expired this often in a row is too slow to ever end.
const listAttempts = 3;

/** Makes the client of one cluster; its calls, their errors and what a 404 means are told at the port `Cluster`. */
export function createCluster(options: ClusterOptions): Cluster & { close(): Promise<void> } {
  const { name: cluster, timeoutMs, fieldManager = 'konnect-reconciler' } = options;
  const { credentials, userAgent = 'konnect-reconciler' } = options;
  const transport = createTransport({ cluster, credentials, timeoutMs, userAgent });
  const write = { fieldManager };

  function sender(verb: ClusterCall['verb'], resource: Resource): (call: Call) => Promise<Answer> {
    return async (call) => {
      const start = performance.now();
      let status: number | undefined;
      try {
        const answer = await transport.send(call);
        status = answer.status;
        return answer;
      } finally {
        const milliseconds = performance.now() - start;
        options.onCall?.({ verb, resource, milliseconds, ...(status === undefined ? {} : { status }) });
      }
    };
  }

  async function get(resource: Resource, key: ObjectKey): Promise<KubernetesObject | undefined> {
    // References are whatever somebody wrote, and what can not exist is not there; the API server would call it a bad request.
    if (![key.name, key.namespace ?? key.name].every(isPossibleName)) return undefined;
    const what = callText('get', resource, key, cluster);
    const path = pathOf(resource, key.namespace, key.name);
    const answer = await sender('get', resource)({ what, method: 'GET', path });
    if (missingObject(answer) === key.name) return undefined;
    return objectOf(what, resource, answer);
  }

  async function remove(resource: Resource, key: ObjectKey, { uid }: { uid?: string } = {}): Promise<void> {
    const what = callText('delete', resource, key, cluster);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...(uid === undefined ? {} : { preconditions: { uid } }) };
    const path = pathOf(resource, key.namespace, key.name);
    const answer = await sender('delete', resource)({ what, method: 'DELETE', path, body });
    if (succeeded(answer) || missingObject(answer) === key.name) return;
    // 409 for a uid: a successor took the name, so the object that was meant is gone.
    if (answer.status === 409 && uid !== undefined && (await get(resource, key))?.metadata.uid !== uid) return;
    throw refusal(what, resource, answer);
  }

  return {
    name: cluster,
    get,
    async list(resource, selection = {}) {
      const what = callText('list', resource, undefined, cluster);
      for (let attempt = 1; ; attempt += 1) {
        try {
          const pages = listPages(sender('list', resource), cluster, { resource, ...selection }, now);
          const objects: KubernetesObject[] = [];
          for await (const page of pages) {
            // Without it the list would look as if something had been deleted.
            if (page.unreadable > 0) throw unintelligible(what, `${page.unreadable} items are no Kubernetes objects`);
            objects.push(...page.objects);
          }
          return objects;
        } catch (error) {
          if (!isExpired(error) || attempt >= listAttempts) throw error;
        }
      }
    },
    async create(resource, object) {
      const { name, namespace } = object.metadata;
      const what = callText('create', resource, namespace === undefined ? { name } : { name, namespace }, cluster);
      const path = pathOf(resource, namespace);
      const body = { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
      const answer = await sender('create', resource)({ what, method: 'POST', path, query: write, body });
      return objectOf(what, resource, answer);
    },
    async patch(resource, key, patch, { subresource } = {}) {
      const what = callText(subresource === undefined ? 'patch' : 'patch status of', resource, key, cluster);
      const path = pathOf(resource, key.namespace, key.name, subresource);
      const contentType = 'application/merge-patch+json';
      const call: Call = { what, method: 'PATCH', path, query: write, body: patch, contentType };
      return objectOf(what, resource, await sender('patch', resource)(call));
    },
    delete: remove,
    close: transport.close,
  };
}

function objectOf(what: string, resource: Resource, answer: Answer): KubernetesObject {
  if (!succeeded(answer)) throw refusal(what, resource, answer);
  return parseObject(what, resource, parseJson(what, answer.body));
}

// A 404 that names nothing speaks of the path: nothing serves this resource.
function refusal(what: string, resource: Resource, answer: Answer): ClusterError {
  const unknownPath = answer.status === 404 && missingObject(answer) === undefined;
  return unknownPath ? notServed(what, resourceText(resource)) : failureOf(what, answer, now());
}

function succeeded(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

function now(): Date {
  return new Date();
}
