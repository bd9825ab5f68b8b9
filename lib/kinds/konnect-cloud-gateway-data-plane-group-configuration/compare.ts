import { isRecord } from '../../engine/objects.ts';
import type { Entity } from '../../engine/plan.ts';
import { type Difference, difference, rulesFor } from '../../konnect/normalise.ts';
import type { Configuration } from './body.ts';

type Groups = Configuration['dataplane_groups'];
type Group = Groups[number];

const rules = rulesFor({ sets: ['dataplane_groups', '**.environment'] });
/** Konnect's own limit, as many times the load that can come at any time. */
const usualLimit = 10;

/** Where Konnect has not what is wanted. A limit that nobody asks for is let be: it may be the one that Konnect chose. */
export function differing(wanted: Configuration, present: Entity): readonly Difference[] {
  return differencesOf(wanted, wanted.dataplane_groups, present, groupsOf(present));
}

/** True where Konnect has what is wanted and no limit beyond that, such as one that was taken out of the object. */
export function isExactly(wanted: Configuration, present: Entity): boolean {
  const [asked, found] = [wanted.dataplane_groups, groupsOf(present)].map((groups) => groups.map(withLimit));
  return differencesOf(wanted, asked ?? [], present, found ?? []).length === 0;
}

function groupsOf(present: Entity): Groups {
  const groups = present['dataplane_group_config'];
  return Array.isArray(groups) ? groups.filter(isRecord) : [];
}

function differencesOf({ version, api_access }: Configuration, asked: Groups, present: Entity, found: Groups) {
  const desired = { dataplane_groups: asked.map(withEnvironment), version, api_access };
  const ordered = { dataplane_groups: found.map(withEnvironment), version: present['version'] };
  return difference(desired, { ...ordered, api_access: present['api_access'] }, rules);
}

/** Only what is asked for is compared, and no environment at all is asked for as well. */
function withEnvironment(group: Group): Group {
  return { environment: [], ...group };
}

function withLimit(group: Group): Group {
  const { autoscale } = group;
  if (!isRecord(autoscale) || typeof autoscale['base_rps'] !== 'number') return group;
  const max_rps = autoscale['max_rps'] ?? usualLimit * autoscale['base_rps'];
  return { ...group, autoscale: { ...autoscale, max_rps } };
}
