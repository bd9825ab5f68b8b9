import { display, findCondition, type KubernetesObject, type ObjectKey } from '../../engine/objects.ts';
import type { Judgement, Ref } from '../define.ts';

/** The ref through which every kind that lives in Konnect gets its token. */
export function authRef(targets: Ref['targets'], options: { readonly through?: string } = {}): Ref {
  return { name: 'auth', kind: 'KonnectAPIAuthConfiguration', targets, judge, ...options };
}

/** True where Konnect accepted the token. The condition may be of an older generation: the stored token is that one's. */
export function isValid(auth: KubernetesObject): boolean {
  return findCondition(auth, 'APIAuthValid')?.status === 'True';
}

function judge(found: KubernetesObject | undefined, key: ObjectKey): Judgement {
  if (found === undefined) {
    const message = `Referenced KonnectAPIAuthConfiguration ${display(key)} not found`;
    return {
      usable: false,
      conditions: [{ type: 'APIAuthResolvedRef', status: 'False', reason: 'RefNotFound', message }],
    };
  }
  const usable = isValid(found);
  return {
    usable,
    conditions: [
      {
        type: 'APIAuthResolvedRef',
        status: 'True',
        reason: 'ResolvedRef',
        message: `KonnectAPIAuthConfiguration reference ${display(key)} is resolved`,
      },
      {
        type: 'APIAuthValid',
        status: usable ? 'True' : 'False',
        reason: usable ? 'Valid' : 'Invalid',
        message: `referenced KonnectAPIAuthConfiguration ${display(key)} is ${usable ? 'valid' : 'invalid'}`,
      },
    ],
  };
}
