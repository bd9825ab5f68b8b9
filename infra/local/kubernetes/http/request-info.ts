import { badRequest } from '../status.ts';

/** What a request asks for, as the authorizer and the log see it. */
export interface RequestInfo {
  /** False for paths such as /healthz or discovery. */
  readonly isResource: boolean;
  readonly path: string;
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** The parts of `/api/v1/…` or `/apis/group/version/…` after the version; undefined for other paths. */
interface ApiPath {
  readonly group: string;
  readonly version: string;
  readonly rest: readonly string[];
}

function apiPath(parts: readonly string[]): ApiPath | undefined {
  const [root, first, second, ...more] = parts;
  if (root === 'api' && first !== undefined && second !== undefined) {
    return { group: '', version: first, rest: [second, ...more] };
  }
  const [resource, ...rest] = more;
  if (root !== 'apis' || first === undefined || second === undefined || resource === undefined) return undefined;
  return { group: first, version: second, rest: [resource, ...rest] };
}

// The old form of a watch: the word before the resource.
function watchPath(api: ApiPath | undefined): (ApiPath & { readonly watch: boolean }) | undefined {
  if (api === undefined) return undefined;
  const [first, ...rest] = api.rest;
  return first === 'watch' && rest.length > 0 ? { ...api, rest, watch: true } : { ...api, watch: false };
}

function segments(path: string): readonly string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw badRequest(`invalid URL escape in path ${JSON.stringify(path)}`);
  }
}

/** Reads method and URL as the real server does; `url` may have any origin. */
export function requestInfo(method: string, url: URL): RequestInfo {
  const api = watchPath(apiPath(segments(url.pathname)));
  const bare = { path: url.pathname, subresource: '', namespace: undefined, name: undefined };
  if (api === undefined) {
    return { ...bare, isResource: false, verb: method.toLowerCase(), group: '', version: '', resource: '' };
  }
  const { group, version, rest } = api;
  const [first = '', second, third, ...more] = rest;
  const nested = first === 'namespaces' && third !== undefined && !['status', 'finalize'].includes(third);
  const [resource = '', name, subresource = ''] = nested ? [third, ...more] : rest;
  const namespace = first === 'namespaces' && second !== undefined ? second : undefined;
  const verb = api.watch ? 'watch' : verbOf(method, name !== undefined, url.searchParams);
  const selected = name ?? selectedName(verb, url.searchParams);
  return { ...bare, isResource: true, verb, group, version, resource, subresource, namespace, name: selected };
}

// `?fieldSelector=metadata.name=x` narrows a list to one object, also for the authorizer.
function selectedName(verb: string, query: URLSearchParams): string | undefined {
  if (verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection') return undefined;
  const [, name] = /^metadata\.name==?([^,!=]+)$/.exec(query.get('fieldSelector') ?? '') ?? [];
  return name;
}

function isTrue(text: string | null): boolean {
  return text !== null && !['false', '0'].includes(text.toLowerCase());
}

function verbOf(method: string, named: boolean, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isTrue(query.get('watch'))) return 'watch';
      return named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return method.toLowerCase();
  }
}
