import { atOnce } from '../drift/at-once.ts';
import { isRecord, type KubernetesObject } from '../engine/objects.ts';
import type { Component, Grant, Rights } from '../rights.ts';
import { type Finding, some } from './finding.ts';
import { rolesFile } from './install.ts';
import type { Bound, Subject } from './subjects.ts';

/** Asks the API server to review an access; kind `SelfSubjectAccessReview` asks for whoever asks. */
export type Review = (
  kind: 'SubjectAccessReview' | 'SelfSubjectAccessReview',
  spec: Readonly<Record<string, unknown>>,
) => Promise<KubernetesObject>;

/** An API server lets one client have a burst; more would wait there. */
const atATime = 16;

/** Asks for every right of every component, on behalf of whoever is bound to its role. */
export async function checkRights(review: Review, bound: Bound, all: readonly Rights[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const rights of all) findings.push(...(await checkComponent(review, bound, rights)));
  return findings;
}

/** Asks for every right of one component on behalf of whoever asks. */
export async function checkOwnRights(review: Review, { component, grants }: Rights): Promise<Finding> {
  const lacking = await lackingRights(grants, (attributes) =>
    review('SelfSubjectAccessReview', { resourceAttributes: attributes }),
  );
  return told(component, 'this kubeconfig', grants, lacking, fixFor(component));
}

async function checkComponent(
  review: Review,
  bound: Bound,
  { component, grants }: Rights,
): Promise<readonly Finding[]> {
  const role = bound.role(component);
  if (role === undefined) {
    const fix = `kubectl apply -f ${rolesFile}`;
    return [{ check: 'rights', state: 'wrong', message: `there is no ClusterRole for ${component}`, fix }];
  }
  const subjects = bound.subjects(component);
  if (subjects.length === 0) {
    const fix = `kubectl create clusterrolebinding ${role} --clusterrole=${role} --user=<who ${component} is in the cluster>`;
    return [{ check: 'rights', state: 'wrong', message: `nobody is bound to the ClusterRole ${role}`, fix }];
  }
  const findings: Finding[] = [];
  for (const subject of subjects) {
    const lacking = await lackingRights(grants, (attributes) =>
      review('SubjectAccessReview', reviewFor(subject, attributes)),
    );
    findings.push(told(component, nameOf(subject), grants, lacking, fixFor(component)));
  }
  return findings;
}

function reviewFor({ user, groups, namespace }: Subject, attributes: Attributes) {
  const resourceAttributes = namespace === undefined ? attributes : { ...attributes, namespace };
  return { ...(user === '' ? {} : { user }), groups, resourceAttributes };
}

type Attributes = Readonly<Record<'group' | 'resource' | 'subresource' | 'verb', string>>;

async function lackingRights(
  grants: readonly Grant[],
  ask: (attributes: Attributes) => Promise<KubernetesObject>,
): Promise<readonly string[]> {
  const wanted = grants.flatMap((grant) => grant.verbs.map((verb) => attributesOf(grant, verb)));
  const lacking: string[] = [];
  await atOnce(wanted, atATime, async (attributes) => {
    const { status } = await ask(attributes);
    if (!isRecord(status) || status['allowed'] !== true) lacking.push(textOf(attributes));
  });
  return lacking.sort();
}

function attributesOf({ group, resource }: Grant, verb: string): Attributes {
  const [plural = '', subresource = ''] = resource.split('/');
  return { group, resource: plural, subresource, verb };
}

function textOf({ group, resource, subresource, verb }: Attributes): string {
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
}

function told(
  component: Component,
  who: string,
  grants: readonly Grant[],
  lacking: readonly string[],
  fix: string,
): Finding {
  const count = grants.reduce((sum, { verbs }) => sum + verbs.length, 0);
  const check = 'rights';
  if (lacking.length === 0)
    return { check, state: 'fine', message: `${component} (${who}) has all of its ${count} rights` };
  return { check, state: 'wrong', message: `${component} (${who}) may not ${some(lacking)}`, fix };
}

function fixFor(component: Component): string {
  return `kubectl apply -f ${rolesFile}, and bind the role of ${component} to it`;
}

function nameOf({ user, groups, namespace }: Subject): string {
  const who = user === '' ? `group ${groups[0]}` : user;
  return namespace === undefined ? who : `${who} in ${namespace}`;
}
