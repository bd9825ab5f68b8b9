import { randomBytes, randomUUID } from 'node:crypto';
import { stageForFile } from './stage.ts';

const states = ['inactive', 'deleting', 'deleted'] as const;

/** Organisations that are not, or no longer, in use, each with a token. */
export const lostOrganizations = states.map((state) => ({
  id: randomUUID(),
  name: state,
  state,
  tokens: [`kpat_${randomBytes(20).toString('hex')}`] as const,
}));

/** The stage that all journeys of `together.test.ts` share: a stack takes seconds to start. */
export const stage = stageForFile({ konnect: { organizations: lostOrganizations } });
