import type { Environment } from '@marcbachmann/cel-js';
import { type GoUrl, parseGoUrl } from './go-url.ts';

/** The value of CEL's type `kubernetes.URL`. */
class CelUrl {
  readonly url: GoUrl;

  constructor(url: GoUrl) {
    this.url = url;
  }
}

function parse(text: string): CelUrl {
  const url = parseGoUrl(text);
  if (url !== undefined) return new CelUrl(url);
  const quoted = JSON.stringify(text);
  throw new Error(`URL parse error during conversion from string: parse ${quoted}: invalid URI for request`);
}

function queryOf({ url }: CelUrl): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const [key, text] of new URLSearchParams(url.query)) query.set(key, [...(query.get(key) ?? []), text]);
  return query;
}

/** The URL library: isURL, url and the getters. */
export function registerUrls(environment: Environment): void {
  environment.registerType('kubernetes.URL', { ctor: CelUrl, fields: {} });
  environment
    .registerFunction('isURL(string): bool', (text: string) => parseGoUrl(text) !== undefined)
    .registerFunction('url(string): kubernetes.URL', parse)
    .registerFunction('kubernetes.URL.getScheme(): string', ({ url }: CelUrl) => url.scheme)
    .registerFunction('kubernetes.URL.getHost(): string', ({ url }: CelUrl) => url.host)
    .registerFunction('kubernetes.URL.getHostname(): string', ({ url }: CelUrl) => url.hostname)
    .registerFunction('kubernetes.URL.getPort(): string', ({ url }: CelUrl) => url.port)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', ({ url }: CelUrl) => url.path)
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', queryOf);
}
