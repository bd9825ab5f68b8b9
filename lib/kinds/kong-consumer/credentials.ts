import {
  derivedFrom,
  derivedName,
  derivedNameOf,
  keepDerived,
  passOnRetention,
  removeDerived,
  standingFor,
  strangersOf,
} from '../../engine/derived.ts';
import { Terminal } from '../../engine/errors.ts';
import { type KubernetesObject, type Resource, secretResource } from '../../engine/objects.ts';
import { annotate, isRetained } from '../../engine/ownership.ts';
import type { Run } from '../../engine/run.ts';
import { type Credential, credentialIn, credentialTypes } from './credential-types.ts';
import { conditionOf, emptyNameIn, mayHave, namesIn, notesOf } from './named.ts';

interface Source {
  readonly secret: string;
  /** Name of the object that is made of it. */
  readonly name: string;
  readonly credential: Credential | 'missing';
}

/**
 * Makes a credential object of each Secret that the consumer names. One whose Secret is gone goes as well; one whose
 * Secret can not be read any more stays as it was, so that a slip of the pen locks nobody out. What is wrong is told in a
 * condition, and keeps neither the others nor the consumer itself from Konnect.
 */
export async function keepCredentials(run: Run): Promise<void> {
  // Also where the last one was taken out: what was made of it is still there then.
  if (!mayHave(run.object, 'credentials')) return;
  await annotate(run, notesOf(run.object));
  const sources = await Promise.all(namesIn(run.object, 'credentials').map((secret) => sourceOf(run, secret)));
  const refused: string[] = [];
  for (const type of Object.keys(credentialTypes)) refused.push(...(await keepOfType(run, type, sources)));
  const problems = [...sources.flatMap(problemOf), ...emptyNameIn(run.object, 'credentials'), ...refused];
  run.report.condition({
    type: conditionOf('credentials'),
    status: problems.length === 0 ? 'True' : 'False',
    reason: problems.length === 0 ? 'Valid' : 'Invalid',
    message: problems.join('; '),
  });
}

/** The credentials go with the consumer; they stay in Konnect if it does. */
export async function releaseCredentials(run: Run): Promise<void> {
  const isDeleted = run.object.metadata.deletionTimestamp !== undefined;
  if (isDeleted && !isRetained(run.object)) return;
  for (const { resource } of Object.values(credentialTypes)) {
    const made = await derivedFrom(run, resource);
    await passOnRetention(run, resource, made);
    // The cluster deletes those of an owner that is deleted, and of no other.
    if (!isDeleted) for (const object of made) await removeDerived(run, resource, object);
  }
}

async function sourceOf(run: Run, secret: string): Promise<Source> {
  const { namespace = '', name } = run.object.metadata;
  const object = await run.cluster.get(secretResource, { namespace, name: secret });
  const credential = object === undefined ? 'missing' : credentialIn(object);
  return { secret, name: derivedName(name, secret), credential };
}

/** @returns what could not be made, in words. */
async function keepOfType(run: Run, type: string, sources: readonly Source[]): Promise<readonly string[]> {
  const resource = credentialTypes[type]?.resource;
  if (resource === undefined) return [];
  const unreadable = sources.flatMap(({ name, credential }) =>
    credential !== 'missing' && 'problem' in credential ? [name] : [],
  );
  const desired = sources.flatMap(({ name, credential }) => {
    if (credential === 'missing' || 'problem' in credential || credential.type !== type) return [];
    return [{ name, fields: { spec: { consumerRef: { name: run.object.metadata.name }, ...credential.values } } }];
  });
  const made = await derivedFrom(run, resource);
  const lacking = desired.filter(({ name }) => !made.some((one) => derivedNameOf(one) === name));
  const found = lacking.length === 0 ? [] : await madeBefore(run, resource, sources);
  const present = [...made, ...found.filter((one) => lacking.some(({ name }) => name === derivedNameOf(one)))];
  const touched = present.filter((one) => !unreadable.includes(derivedNameOf(one)));
  try {
    await keepDerived(run, { resource, desired, present: touched, controller: true });
    return [];
  } catch (error) {
    if (error instanceof Terminal) return [error.message];
    throw error;
  }
}

/** What Kong's operator made of the Secrets: by any name, owned by the consumer and by the Secret. A second one would clash. */
async function madeBefore(
  run: Run,
  resource: Resource,
  sources: readonly Source[],
): Promise<readonly KubernetesObject[]> {
  const strangers = await strangersOf(run, resource);
  return sources.flatMap(({ secret, name }) => {
    const [found] = strangers.filter(({ metadata: { ownerReferences = [] } }) =>
      ownerReferences.some((owner) => owner.kind === secretResource.kind && owner.name === secret),
    );
    return found === undefined ? [] : [standingFor(found, name)];
  });
}

function problemOf({ secret, credential }: Source): readonly string[] {
  if (credential === 'missing') return [`Secret ${secret} does not exist`];
  return 'problem' in credential ? [`Secret ${secret} holds no credential: ${credential.problem}`] : [];
}
