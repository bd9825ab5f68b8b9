import { Terminal } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import type { StoredToken, TokenKey } from '../engine/ports.ts';
import { Sensitive } from '../sensitive.ts';

/**
 * The secret's name: `<prefix>/<cluster>/<namespace>/<name>`. Every part is checked, so that no part can hold a `/` and
 * name the token of somebody else.
 * @throws {Terminal}
 */
export function secretName(prefix: string, { cluster, namespace, name }: TokenKey): string {
  const clusterNames = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;
  // DNS-1123, as Kubernetes demands of namespaces and of names.
  const kubernetesNames = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
  const valid = clusterNames.test(cluster) && kubernetesNames.test(namespace) && kubernetesNames.test(name);
  const secret = `${prefix}/${cluster}/${namespace}/${name}`;
  if (valid && secret.length <= 512) return secret;
  throw new Terminal(
    `no secret can be named after cluster "${cluster}" and object ${namespace}/${name}: use letters, digits, "-" and ".", ` +
      'and at most 512 characters altogether',
  );
}

/** The value of the secret. This is the one place where a token is written out. */
export function serialise({ token, serverURL, organizationId, checkedAt }: StoredToken): string {
  return JSON.stringify({ token: token.reveal(), serverURL, organizationId, checkedAt });
}

/** The stored token, or undefined where the value is not of the shape that `serialise` gives. */
export function deserialise(value: string | undefined): StoredToken | undefined {
  const fields = parseObject(value);
  const [token, serverURL, organizationId, checkedAt] = ['token', 'serverURL', 'organizationId', 'checkedAt'].map(
    (name) => textIn(fields, name),
  );
  if (token === undefined || serverURL === undefined || organizationId === undefined || checkedAt === undefined) {
    return undefined;
  }
  return { token: new Sensitive(token), serverURL, organizationId, checkedAt };
}

/**
 * The token in a user's own secret: the whole value, or the key `token` where the value is a JSON object.
 * @throws {Terminal} where there is no such key, or nothing in it
 */
export function tokenIn(value: string | undefined, arn: string): Sensitive {
  const fields = parseObject(value);
  const token = (fields === undefined ? value : textIn(fields, 'token'))?.trim();
  if (token !== undefined && token !== '') return new Sensitive(token);
  throw new Terminal(`${arn} holds no token: store it as plain text, or under the key "token" of a JSON object`);
}

function parseObject(value: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(value ?? '');
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    // No cause: the parser's message quotes the text, which is a secret.
    return undefined;
  }
}

function textIn(fields: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
