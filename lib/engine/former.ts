import { konnectBlock } from './ids.ts';
import { accountAnnotation, formerAnnotation } from './names.ts';
import { isRecord, type KubernetesObject } from './objects.ts';

/*
 * A note of where the entity was: what the status and the account said before the object moved. It is read as the object
 * itself, as it was, so a note that somebody else wrote leads to no more than a status that somebody else wrote.
 */

/** True where the object's entity is in its former place as well. */
export function isLeaving({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[formerAnnotation] !== undefined;
}

export function noteOf(object: KubernetesObject): string {
  return JSON.stringify({ account: object.metadata.annotations?.[accountAnnotation], konnect: konnectBlock(object) });
}

/** The object as it was when its entity was in a place that it is to leave; undefined where there is none, or none to be read. */
export function formerOf(object: KubernetesObject): KubernetesObject | undefined {
  const { annotations = {} } = object.metadata;
  const note = parsed(annotations[formerAnnotation]);
  if (note === undefined) return undefined;
  const { account, konnect } = note;
  const { [accountAnnotation]: _, ...others } = annotations;
  const known = typeof account === 'string' ? { [accountAnnotation]: account } : {};
  return { ...object, metadata: { ...object.metadata, annotations: { ...others, ...known } }, status: { konnect } };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const note: unknown = JSON.parse(text);
    return isRecord(note) ? note : {};
  } catch {
    return {};
  }
}
