/** A path into a JSON value: field names, set members and list positions (`*` stands for any of them). */
export type Path = readonly string[];

/**
 * True where one of the patterns names the path. A pattern is `.`-separated: `tags`, `config.redis.password`,
 * `proxy_urls.*.host`; a `*` at the end of a part stands for any ending (`labels.kong*`), `**` for any depth.
 */
export function matchesAny(patterns: readonly string[], path: Path): boolean {
  return patterns.some((pattern) => matches(pattern.split('.'), path));
}

/** How a path is shown: `config.hosts[0].name`, `labels["example.com/team"]`. */
export function show(path: Path): string {
  return path.reduce((shown, part) => {
    if (/^\d+$/.test(part)) return `${shown}[${part}]`;
    if (!/^[\w$-]+$/.test(part)) return `${shown}[${JSON.stringify(part)}]`;
    return shown === '' ? part : `${shown}.${part}`;
  }, '');
}

function matches(parts: readonly string[], path: Path): boolean {
  const [part, ...restOfParts] = parts;
  const [name, ...restOfPath] = path;
  if (part === undefined) return name === undefined;
  if (part === '**') {
    return matches(restOfParts, path) || (name !== undefined && matches(parts, restOfPath));
  }
  if (name === undefined) return false;
  const fits = part.endsWith('*') ? name.startsWith(part.slice(0, -1)) : part === name;
  return fits && matches(restOfParts, restOfPath);
}
