/** A URL as Go's net/url reads it, which takes more than the WHATWG rules do. */
export interface GoUrl {
  readonly scheme: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

const hostCharacters = /^[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\uffff]*$/;

/** Go's url.ParseRequestURI: an absolute URL, `scheme:anything`, or an absolute path; undefined for what it refuses. */
export function parseGoUrl(text: string): GoUrl | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return undefined;
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  const [before = '', ...queries] = rest.split('?');
  const query = queries.join('?');
  const bare = { scheme: scheme.toLowerCase(), host: '', hostname: '', port: '', query };
  if (!before.startsWith('/')) return scheme === '' ? undefined : { ...bare, path: '' };
  // Without a scheme, `//a` is a path in a request URI.
  if (scheme === '' || !before.startsWith('//')) return validEscapes(before) ? { ...bare, path: before } : undefined;
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(before) ?? [];
  return withHost({ ...bare, path }, authority.slice(authority.lastIndexOf('@') + 1));
}

function withHost(url: GoUrl, host: string): GoUrl | undefined {
  const [, hostname, port = ''] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(host) ?? [];
  if (hostname === undefined || !hostCharacters.test(host)) return undefined;
  if (!validEscapes(url.path) || /%/.test(hostname)) return undefined;
  return { ...url, host, hostname: hostname.replace(/^\[|\]$/g, ''), port };
}

function validEscapes(path: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(path);
}
