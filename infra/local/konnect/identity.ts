import { type Answer, ok, Refusal } from './answer.ts';
import { standardAnswer } from './families.ts';
import type { Call, Operation } from './operation.ts';

const retentionDays = 90;

export const identityOperations: readonly Operation[] = [
  { name: 'GetOrganizationMe', method: 'GET', path: '/v3/organizations/me', family: 'identity', handle: organization },
  { name: 'GetOrganizationMe', method: 'GET', path: '/v2/organizations/me', family: 'identity', handle: organization },
  { name: 'GetUserMe', method: 'GET', path: '/v3/users/me', family: 'identity', handle: user },
];

function organization({ organization: found }: Call): Answer {
  return ok({
    id: found.id,
    name: found.name,
    owner_id: found.ownerId,
    login_path: '',
    created_at: found.createdAt,
    updated_at: found.createdAt,
    state: found.state,
    retention_period_days: retentionDays,
  });
}

/** System accounts are no users: their tokens are as good as none here. */
function user({ organization: found, tokenKind }: Call): Answer {
  if (tokenKind !== 'user') throw new Refusal(standardAnswer('identity', 401));
  return ok({
    id: found.ownerId,
    email: 'owner@example.com',
    full_name: 'Organization Owner',
    preferred_name: 'Owner',
    active: true,
    inferred_region: 'us',
    created_at: found.createdAt,
    updated_at: found.createdAt,
  });
}
