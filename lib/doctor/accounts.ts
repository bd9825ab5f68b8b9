import { findCondition } from '../engine/objects.ts';
import type { Known } from '../kinds/known.ts';
import type { Finding } from './finding.ts';

/**
 * Whether each auth configuration has a token that Konnect took, as its status says, and whether that is kept. Pure.
 * @param tokens names of what is kept; undefined where nobody could look.
 */
export function checkAccounts(objects: readonly Known[], tokens: readonly string[] | undefined): readonly Finding[] {
  const accounts = objects.filter(({ kind }) => kind.lane === 'auth');
  if (accounts.length === 0) {
    const message = 'the cluster has no auth configuration, so nothing can be in Konnect';
    return [{ check: 'konnect', state: 'unsure', message }];
  }
  return accounts.map((one) => checkAccount(one, tokens));
}

function checkAccount({ kind, object }: Known, tokens: readonly string[] | undefined): Finding {
  const { namespace = '', name, generation } = object.metadata;
  const { kind: type } = kind.resource;
  const check = 'konnect';
  const again = `npx konnect-reconciler replay --kind ${type} -n ${namespace} --name ${name} --force --send`;
  const condition = findCondition(object, kind.mainCondition);
  if (condition === undefined || condition.observedGeneration !== generation) {
    const message = `${namespace}/${name}: no function has looked at it since it changed`;
    return { check, state: 'wrong', message, fix: `is the forwarder running? Then ${again}` };
  }
  if (condition.status !== 'True') {
    const message = `${namespace}/${name}: ${condition.reason}: ${condition.message}`;
    return { check, state: 'wrong', message, fix: 'put a valid token there' };
  }
  const isKept = tokens?.some((kept) => kept.endsWith(`/${namespace}/${name}`)) ?? true;
  if (!isKept) return { check, state: 'wrong', message: `${namespace}/${name}: its token is not kept`, fix: again };
  const refused = findCondition(object, 'TokenAccepted');
  if (refused?.status === 'False') {
    const message = `${namespace}/${name}: an earlier token is in use: ${refused.message}`;
    return { check, state: 'unsure', message, fix: 'put a valid token there' };
  }
  return { check, state: 'fine', message: `${namespace}/${name}: ${condition.message || 'the token is valid'}` };
}
