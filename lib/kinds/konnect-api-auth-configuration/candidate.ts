import { Terminal } from '../../engine/errors.ts';
import { domain } from '../../engine/names.ts';
import { display, isRecord, type KubernetesObject, type ObjectKey, secretResource } from '../../engine/objects.ts';
import type { Run } from '../../engine/run.ts';
import { Sensitive } from '../../sensitive.ts';
import type { Fields } from './schema.ts';

/** A token that the object offers, and what messages call it. It is not known yet whether Konnect accepts it. */
export interface Candidate {
  readonly token: Sensitive;
  readonly label: string;
}

/** Annotation of a Secret that lets other namespaces use its token: names separated by commas, or `*`. */
export const allowedNamespacesAnnotation = `${domain}/allowed-namespaces`;

/**
 * The token of `spec.token`, of the referenced Secret, or of the AWS secret whose ARN that Secret holds. Trimmed: a file
 * made a Secret often ends in a newline, which Konnect refuses without saying why.
 * @throws {Terminal} saying what is missing and where.
 */
export async function candidateToken(run: Run, spec: Fields['spec']): Promise<Candidate> {
  if (spec.type === 'token') return { token: usable(spec.token ?? '', 'spec.token'), label: 'Token' };
  const { namespace = '' } = run.object.metadata;
  const key: ObjectKey = { namespace: spec.secretRef?.namespace ?? namespace, name: spec.secretRef?.name ?? '' };
  if (key.name === '') throw invalid('spec.secretRef.name is empty: name the Secret that holds the token');
  const secret = await run.cluster.get(secretResource, key);
  if (secret === undefined)
    throw invalid(`Secret ${display(key)} does not exist: create it with the token under the key "token"`);
  refuseUnlabelled(secret, key);
  refuseOtherNamespace(secret, key, namespace);
  const label = `Token from Secret ${display(key)}`;
  return { token: await tokenIn(run, secret, key), label };
}

function refuseUnlabelled(secret: KubernetesObject, key: ObjectKey): void {
  if (secret.metadata.labels?.['konghq.com/credential'] === 'konnect') return;
  throw invalid(
    `Secret ${display(key)} lacks the label konghq.com/credential: konnect, without which it is not used as a Konnect token`,
  );
}

// Without this, whoever may write objects in one namespace could use the token of any other.
function refuseOtherNamespace(secret: KubernetesObject, key: ObjectKey, namespace: string): void {
  if (key.namespace === namespace) return;
  const allowed = (secret.metadata.annotations?.[allowedNamespacesAnnotation] ?? '')
    .split(',')
    .map((name) => name.trim());
  if (allowed.includes('*') || allowed.includes(namespace)) return;
  throw new Terminal(
    `Secret ${display(key)} is in another namespace and does not allow ${namespace}: annotate it with ${allowedNamespacesAnnotation}: ${namespace}`,
    { reason: 'RefNotPermitted' },
  );
}

async function tokenIn(run: Run, secret: KubernetesObject, key: ObjectKey): Promise<Sensitive> {
  const data = isRecord(secret['data']) ? secret['data'] : {};
  const token = decoded(data['token']);
  if (token !== undefined) return usable(token, `the key "token" of Secret ${display(key)}`);
  const arn = decoded(data['arn'])?.trim();
  if (arn === undefined) throw invalid(`Secret ${display(key)} has neither a key "token" nor a key "arn"`);
  const value = await run.tokens.reveal(arn, { cluster: run.cluster.name, namespace: key.namespace ?? '' });
  if (value === undefined) throw invalid(`the AWS secret ${arn} named by Secret ${display(key)} does not exist`);
  return usable(value.reveal(), `the AWS secret ${arn}`);
}

function decoded(value: unknown): string | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
}

function usable(value: string, where: string): Sensitive {
  const token = value.trim();
  if (token === '') throw invalid(`${where} is empty: put the Konnect token there`);
  // Anything else can not be sent in a header; it is a file of another kind, or two tokens.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw invalid(`${where} is not one token: it holds spaces, line breaks or other characters`);
  return new Sensitive(token);
}

function invalid(message: string): Terminal {
  return new Terminal(message, { reason: 'Invalid' });
}
