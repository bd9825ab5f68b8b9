import { authKind, base64, conditionText, key } from '../../../test/memory/manifests.ts';
import { namespace, type Stage } from '../../../test/memory/stage.ts';
import { secretResource } from '../../engine/objects.ts';

/* What the suites of this kind share: the object `auth`, whose token stands in the Secret `token`. */

export const { resource } = authKind;
export const tokenKey = { cluster: 'blue', namespace, name: 'auth' };
export const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:konnect/team-AbCdEf';

export const reconcile = (stage: Stage, options = {}) => stage.reconcile(authKind, 'auth', options);
export const valid = (stage: Stage) => conditionText(stage.object(authKind, 'auth'), 'APIAuthValid');
export const accepted = (stage: Stage) => conditionText(stage.object(authKind, 'auth'), 'TokenAccepted');
export const stored = (stage: Stage) => stage.tokens.stored(tokenKey)?.token.reveal();

/** The Secret's data, as somebody who rotates the token writes it. */
export function rotate({ cluster }: Stage, token: string): void {
  cluster.user.edit(secretResource, key('token'), { data: { token: base64(token) } });
}
