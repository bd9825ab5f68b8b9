import { Terminal, Wait } from '../engine/errors.ts';
import type { Inputs, ReadInputs } from '../engine/inputs.ts';
import { versionOf } from '../engine/inputs.ts';
import { display, findCondition, isRecord, type KubernetesObject, secretResource } from '../engine/objects.ts';
import type { Run } from '../engine/run.ts';
import type { ReasonFact, Wake } from './define.ts';
import { textAt } from './fields.ts';
import { celRule, enumOf, object, optional, text } from './schema.ts';
import { secretText } from './secret-text.ts';

/* Certificates that stand in a Secret, as in later versions of Kong's operator, in place of the object itself. */

const condition = 'SecretRefValid';

/** For kinds whose objects may name a Secret with their certificate. */
export const reasonsOfSecrets: readonly ReasonFact[] = [
  [condition, 'Invalid', 'the Secret is not there, is in another namespace, or does not hold what it has to'],
];

/** Fields of a spec that say where the certificate is. */
export const sourceField = {
  type: optional(
    enumOf('Where the certificate is: in the object itself (inline, also where absent) or in a Secret.', [
      'inline',
      'secretRef',
    ]),
  ),
};

/** A reference to a Secret. Another namespace than the object's is refused: its Secrets are not for everybody here. */
export function certificateSecretRef(description: string) {
  return optional(
    object(description, {
      name: text('Name of the Secret.', { minLength: 1 }),
      namespace: optional(text('Namespace of the Secret: that of the object.')),
    }),
  );
}

/** The rules that go with `sourceField`: for the fields that hold the certificate where it is inline, and for the others. */
export function sourceRules(inline: readonly [string, ...string[]], refs: readonly ['secretRef', ...string[]]) {
  const has = (field: string) => `has(self.${field})`;
  const fromSecret = "(has(self.type) && self.type == 'secretRef')";
  const names = inline.join(' and ');
  return [
    celRule(
      `${fromSecret} ? has(self.secretRef) : (${inline.map(has).join(' && ')})`,
      `${names} must be set, or type secretRef and secretRef`,
    ),
    celRule(
      `${fromSecret} ? !(${inline.map(has).join(' || ')}) : !(${refs.map(has).join(' || ')})`,
      `${names} can not be set together with ${refs.join(' or ')}`,
    ),
  ];
}

/** Which field of the entity is under which key of which Secret. */
export interface Held {
  readonly ref: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** Wakes the object when one of its Secrets changes. */
export function wakesBySecrets(held: readonly Held[]): readonly Wake[] {
  return [{ resource: secretResource, targets: (object) => refsIn(object, held).map(({ name }) => ({ name })) }];
}

/** Reads the certificate out of Secrets. `check` says what is wrong with one, and quotes nothing of it. */
export function readCertificates(
  held: readonly Held[],
  check: (fields: Readonly<Record<string, string>>) => string | undefined = () => undefined,
): ReadInputs {
  return async (run) => {
    const refs = refsIn(run.object, held);
    if (refs.length === 0) return inlineInputs(run);
    const read = await Promise.all(refs.map((ref) => readSecret(run, ref)));
    const fields = Object.fromEntries(read.flatMap(({ fields }) => Object.entries(fields)));
    const problem = check(fields);
    if (problem !== undefined) throw refused(run, problem);
    run.report.condition({ type: condition, status: 'True', reason: 'Valid', message: '' });
    return {
      body: fields,
      tags: [],
      secret: ['key', 'key_alt'],
      secretTexts: Object.values(fields),
      versions: read.map(({ version }) => version),
    };
  };
}

/** What was said of a Secret holds no more where the certificate is inline now. */
function inlineInputs(run: Run): Inputs | undefined {
  if (findCondition(run.object, condition) !== undefined) {
    const message = 'The certificate is inline';
    run.report.condition({ type: condition, status: 'True', reason: 'Valid', message });
  }
  return undefined;
}

interface SecretRef extends Held {
  readonly name: string;
  readonly namespace: string | undefined;
}

function refsIn({ spec }: KubernetesObject, held: readonly Held[]): readonly SecretRef[] {
  if (!isRecord(spec) || spec['type'] !== 'secretRef') return [];
  return held.flatMap((one) => {
    const name = textAt(spec, one.ref, 'name');
    return name === undefined ? [] : [{ ...one, name, namespace: textAt(spec, one.ref, 'namespace') }];
  });
}

async function readSecret(run: Run, { ref, keys, name, namespace: wanted }: SecretRef) {
  const { namespace = '' } = run.object.metadata;
  if (wanted !== undefined && wanted !== namespace) {
    throw refused(run, `spec.${ref} must name a Secret of the namespace ${namespace}, not of ${wanted}`);
  }
  const secret = await run.cluster.get(secretResource, { namespace, name });
  if (secret === undefined) {
    const message = `Secret ${display({ namespace, name })} does not exist`;
    run.report.condition({ type: condition, status: 'False', reason: 'Invalid', message });
    throw new Wait(message);
  }
  const missing = Object.values(keys).filter((key) => !secretText(secret, key));
  if (missing.length > 0) throw refused(run, `Secret ${display({ namespace, name })} has no key ${missing.join(', ')}`);
  const fields = Object.entries(keys).map(([field, key]) => [field, secretText(secret, key) ?? ''] as const);
  return { fields: Object.fromEntries(fields), version: versionOf(secret) };
}

function refused(run: Run, message: string): Terminal {
  run.report.condition({ type: condition, status: 'False', reason: 'Invalid', message });
  return new Terminal(message, { reason: 'Invalid' });
}
