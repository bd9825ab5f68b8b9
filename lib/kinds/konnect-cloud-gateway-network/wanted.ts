import type { KubernetesObject } from '../../engine/objects.ts';
import type { Session } from '../../engine/session.ts';
import { rulesFor } from '../../konnect/normalise.ts';
import { fieldsOf } from '../fields.ts';
import { type Fields, schema } from './schema.ts';

/** How networks compare. */
export const rules = rulesFor({ sets: ['availability_zones'] });

/** The fields that a network keeps. */
export function lasting(spec: Omit<Fields['spec'], 'konnect' | 'state'>) {
  const { name, cloud_gateway_provider_account_id, region, availability_zones, cidr_block } = spec;
  return { name, cloud_gateway_provider_account_id, region, availability_zones, cidr_block };
}

/** What is sent to make the network: with the state to begin in. */
export function networkOf(object: KubernetesObject) {
  const { spec } = fieldsOf(schema, object);
  return spec.state === undefined ? lasting(spec) : { ...lasting(spec), state: spec.state };
}

export type Wanted = ReturnType<typeof networkOf>;

/** How an object claims the network of a name. */
export function claimOn(session: Session, name: string): string {
  return `network ${session.organizationId}/${name}`;
}
