import type { ApiRequest } from './api-request.ts';
import type { RequestInfo } from './http/request-info.ts';

/** The log's own, changing view of a request. */
export type LogEntry = { -readonly [Field in keyof ApiRequest]: ApiRequest[Field] };

/** The entry of a request that has just come in. */
export function logEntry(info: RequestInfo, user: string, url: URL, now: Date): LogEntry {
  return {
    user,
    verb: info.verb,
    group: info.group,
    version: info.version,
    resource: info.resource,
    ...(info.subresource === '' ? {} : { subresource: info.subresource }),
    ...(info.namespace === undefined ? {} : { namespace: info.namespace }),
    ...(info.name === undefined ? {} : { name: info.name }),
    path: info.path,
    dryRun: url.searchParams.getAll('dryRun').includes('All'),
    at: now.getTime(),
    status: 0,
  };
}
