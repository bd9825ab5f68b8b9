import { expect, it } from 'vitest';
import { accountAnnotation } from '../../engine/names.ts';
import type { KubernetesObject } from '../../engine/objects.ts';
import { kind } from '../kong-consumer/kind.ts';

const konnect = { id: 'an-id', controlPlaneID: 'a-plane', organizationID: 'an-organisation', serverURL: 'https://u' };

function consumer(annotations: Readonly<Record<string, string>>, status: object): KubernetesObject {
  const metadata = { name: 'c', namespace: 'team', uid: 'u', resourceVersion: '1', annotations };
  return { apiVersion: 'configuration.konghq.com/v1', kind: 'KongConsumer', metadata, status };
}

const account = { [accountAnnotation]: 'team/auth' };

it('an entity offers nothing new by the note that is made before it exists', () => {
  expect(kind.offers(consumer(account, {}))).toEqual(kind.offers(consumer({}, {})));
});

it('offers its place and its account once it exists', () => {
  expect(kind.offers(consumer(account, { konnect }))).toMatchObject({ ...konnect, account: { name: 'auth' } });
});

it('offers the validity of its token, and that it is being deleted, all the time', () => {
  const conditions = [
    { type: 'APIAuthValid', status: 'False', reason: 'Invalid', message: '', lastTransitionTime: '' },
  ];
  const refused = consumer({}, { conditions });
  expect(kind.offers(refused)).toMatchObject({ authValid: 'False', deleting: false });
  const deleted = { ...refused, metadata: { ...refused.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(kind.offers(deleted)).toMatchObject({ deleting: true });
});
