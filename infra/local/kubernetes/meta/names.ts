/** Checks a name or, with `prefix`, the start of a generated one; gives the problems in the API's words. */
export type NameCheck = (name: string, prefix?: boolean) => readonly string[];

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelOf1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';

const texts = {
  label:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  labelOf1035:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  subdomain:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  qualified:
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelValue:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
} as const;

const compiled = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  const expression = compiled.get(pattern) ?? new RegExp(`^${pattern}$`, 'u');
  compiled.set(pattern, expression);
  return expression.test(value);
}

function mismatch(text: string, pattern: string, ...examples: readonly string[]): string {
  const list = examples.map((example) => `'${example}'`).join(',  or '); // two blanks, as the real text has them
  return `${text} (e.g. ${list}, regex used for validation is '${pattern}')`;
}

function bytes(value: string): number {
  return Buffer.byteLength(value);
}

function tooLong(limit: number): string {
  return `must be no more than ${limit} characters`;
}

// A generated name gets its suffix later, so a trailing dash is no problem yet.
function masked(name: string, prefix: boolean | undefined): string {
  return prefix === true && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name;
}

/** RFC 1123 subdomain, at most 253 bytes: most names. */
export function subdomainProblems(name: string, prefix?: boolean): readonly string[] {
  const value = masked(name, prefix);
  return [
    ...(bytes(value) > 253 ? [tooLong(253)] : []),
    ...(matches(subdomain, value) ? [] : [mismatch(texts.subdomain, subdomain, 'example.com')]),
  ];
}

/** RFC 1123 label, at most 63 bytes: namespaces. */
export function labelProblems(name: string, prefix?: boolean): readonly string[] {
  const value = masked(name, prefix);
  const wrong = matches(subdomain, value)
    ? 'must not contain dots'
    : mismatch(texts.label, label, 'my-name', '123-abc');
  return [...(bytes(value) > 63 ? [tooLong(63)] : []), ...(matches(label, value) ? [] : [wrong])];
}

/** RFC 1035 label, at most 63 bytes: services. */
export function label1035Problems(name: string, prefix?: boolean): readonly string[] {
  const value = masked(name, prefix);
  const wrong = mismatch(texts.labelOf1035, labelOf1035, 'my-name', 'abc-123');
  return [...(bytes(value) > 63 ? [tooLong(63)] : []), ...(matches(labelOf1035, value) ? [] : [wrong])];
}

/** Anything that can be a path segment: roles and bindings. */
export function segmentProblems(name: string, prefix?: boolean): readonly string[] {
  if (prefix !== true && (name === '.' || name === '..')) return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

function qualifiedPartProblems(name: string): readonly string[] {
  const wrong = mismatch(texts.qualified, qualified, 'MyName', 'my.name', '123-abc');
  return [
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(bytes(name) > 63 ? [`name part ${tooLong(63)}`] : []),
    ...(matches(qualified, name) ? [] : [`name part ${wrong}`]),
  ];
}

/** A label or annotation key or a finalizer: an optional DNS prefix, a slash, a name. */
export function qualifiedNameProblems(value: string): readonly string[] {
  const [first = '', second, ...more] = value.split('/');
  if (more.length > 0) {
    const wrong = mismatch(texts.qualified, qualified, 'MyName', 'my.name', '123-abc');
    return [`a qualified name ${wrong} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (second === undefined) return qualifiedPartProblems(first);
  const prefix = first === '' ? ['must be non-empty'] : subdomainProblems(first);
  return [...prefix.map((problem) => `prefix part ${problem}`), ...qualifiedPartProblems(second)];
}

/** A label value, at most 63 bytes. */
export function labelValueProblems(value: string): readonly string[] {
  const pattern = `(${qualified})?`;
  const wrong = mismatch(texts.labelValue, pattern, 'MyValue', 'my_value', '12345');
  return [...(bytes(value) > 63 ? [tooLong(63)] : []), ...(matches(pattern, value) ? [] : [wrong])];
}
