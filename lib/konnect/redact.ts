const redacted = '[redacted]';
const longestPiece = 4096;

// Names of fields, of any entity, plugin or vault, whose values are secrets. A name too many costs a value in a message.
const secretName =
  /(^|_)(authorization|credentials?|jwk|key|keys|key_alt|passphrase|password|private_key|pem|secret|secrets|secret_.+|token|tokens)$/i;

// What is a secret by its own shape, wherever it stands. A key cut short by the other side has no END line.
const secretShapes = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b[ks]pat_\w+/gi,
  /\bBearer\s+[\w.~+/=-]+/gi,
];

/** True where values of a field of that name must not be shown. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Every string below a field with a secret's name: what an answer to this body must not be quoted with. */
export function secretsIn(value: unknown, secret = false): readonly string[] {
  if (typeof value === 'string') return secret && value.trim() !== '' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => secretsIn(item, secret));
  return Object.entries(value).flatMap(([name, item]) => secretsIn(item, secret || isSecretName(name)));
}

/** The text without the given secrets and without anything that has the shape of one. */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.flatMap(piecesOf).sort((one, other) => other.length - one.length);
  const shapeless = secretShapes.reduce((rest, shape) => rest.replaceAll(shape, redacted), text);
  // Most of a long one is not there, and a pattern for it takes time to make.
  const there = known.filter((secret) => shapeless.includes(secret.trim().split(/\s/, 1)[0] ?? ''));
  return there.reduce((rest, secret) => rest.replaceAll(quoted(secret), redacted), shapeless);
}

// A pattern has a limit, and its error would quote the secret. In pieces a part of it is found as well.
function piecesOf(secret: string): readonly string[] {
  const count = Math.ceil(secret.length / longestPiece);
  if (count <= 1) return [secret];
  const pieces = Array.from({ length: count }, (_, nth) => secret.slice(nth * longestPiece, (nth + 1) * longestPiece));
  return [...new Set(pieces)].filter((piece) => piece.trim() !== '');
}

/** The value with every secret in it, at any depth, replaced. */
export function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value, []);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(redactValue);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isSecretName(name) ? concealed(item) : redactValue(item)]),
  );
}

/** What stands for a secret value; nothing, true, false and numbers are none. */
export function concealed(value: unknown): unknown {
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? redacted : value;
}

// A secret may come back with its line ends changed. One of a few letters is only taken as a whole word, or the
// replacement would eat the message.
function quoted(secret: string): RegExp {
  const words = secret
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[^\p{L}\p{N}\s]/gu, '\\$&'));
  const text = words.join('(?:\\s|\\\\[rn])+');
  return new RegExp(secret.trim().length < 6 ? `(?<!\\w)${text}(?!\\w)` : text, 'g');
}
