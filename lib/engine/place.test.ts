import { expect, it } from 'vitest';
import { placeOf } from './place.ts';

const object = (status: unknown) => ({
  apiVersion: 'v1',
  kind: 'K',
  metadata: { name: 'a', uid: 'u', resourceVersion: '1' },
  status,
});
const [id, plane] = ['6f9f79f8-f6cb-4f60-87f2-b4c82772f4c9', '0a724a96-8178-5b03-86c4-0f4d509562d4'];
const account = { organizationID: 'org', serverURL: 'https://eu.api.konghq.com' };
const noAccount = { organizationID: undefined, serverURL: undefined };

it.each([
  [
    'of an entity',
    { konnect: { id, controlPlaneID: plane, ...account }, id: 'other' },
    { id, controlPlaneID: plane, ...account },
  ],
  ['of a control plane', { id, ...account }, { id, controlPlaneID: id, ...account }],
  [
    'of a control plane, whatever else its status names',
    { id, controlPlaneID: plane, konnect: 'x' },
    { id, controlPlaneID: id, ...noAccount },
  ],
  ['without what is no text', { id, organizationID: 7, serverURL: '' }, { id, controlPlaneID: id, ...noAccount }],
  [
    'with the longest id',
    { id: 'h'.repeat(128) },
    { id: 'h'.repeat(128), controlPlaneID: 'h'.repeat(128), ...noAccount },
  ],
  ['without a status', undefined, undefined],
  ['without an id', { konnect: { controlPlaneID: plane }, id }, undefined],
  ['with an empty id', { konnect: { id: '', controlPlaneID: plane } }, undefined],
  ['with an id that is no text', { id: [id] }, undefined],
  ['with an id that is none', { konnect: { id: 'h'.repeat(200_000), controlPlaneID: plane } }, undefined],
  ['without a control plane', { konnect: { id } }, undefined],
  ['in a control plane that is none', { konnect: { id, controlPlaneID: 'h'.repeat(129) } }, undefined],
])('reads the place %s', (_, status, place) => {
  expect(placeOf(object(status))).toStrictEqual(place);
});
