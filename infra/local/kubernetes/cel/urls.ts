import type { Environment } from '@marcbachmann/cel-js';

/** The value of CEL's type `kubernetes.URL`. */
class CelUrl {
  readonly url: URL;
  /** False for an absolute path, which Kubernetes takes as a URL too. */
  readonly absolute: boolean;

  constructor(text: string) {
    this.absolute = URL.canParse(text);
    this.url = new URL(text, 'path://');
  }
}

// Go's url.ParseRequestURI: an absolute URL with a host, or an absolute path.
function isUrl(text: string): boolean {
  if (text.startsWith('/')) return true;
  if (!/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) || /[\s<>"\\^`{|}]/.test(text)) return false;
  return URL.canParse(text);
}

function parse(text: string): CelUrl {
  if (!isUrl(text)) throw new Error(`URL parse error during conversion from string: parse ${JSON.stringify(text)}`);
  return new CelUrl(text);
}

function queryOf(value: CelUrl): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const [key, text] of value.url.searchParams) query.set(key, [...(query.get(key) ?? []), text]);
  return query;
}

/** The URL library: isURL, url and the getters. */
export function registerUrls(environment: Environment): void {
  environment.registerType('kubernetes.URL', { ctor: CelUrl, fields: {} });
  environment
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('url(string): kubernetes.URL', parse)
    .registerFunction('kubernetes.URL.getScheme(): string', (value: CelUrl) =>
      value.absolute ? value.url.protocol.slice(0, -1) : '',
    )
    .registerFunction('kubernetes.URL.getHost(): string', (value: CelUrl) => (value.absolute ? value.url.host : ''))
    .registerFunction('kubernetes.URL.getHostname(): string', (value: CelUrl) =>
      value.absolute ? value.url.hostname.replace(/^\[|\]$/g, '') : '',
    )
    .registerFunction('kubernetes.URL.getPort(): string', (value: CelUrl) => value.url.port)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', (value: CelUrl) => value.url.pathname)
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', queryOf);
}
