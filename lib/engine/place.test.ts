import { expect, it } from 'vitest';
import { placeOf } from './place.ts';

const object = (status: unknown) => ({
  apiVersion: 'v1',
  kind: 'K',
  metadata: { name: 'a', uid: 'u', resourceVersion: '1' },
  status,
});
const [id, plane] = ['6f9f79f8-f6cb-4f60-87f2-b4c82772f4c9', '0a724a96-8178-5b03-86c4-0f4d509562d4'];

it.each([
  ['of an entity', { konnect: { id, controlPlaneID: plane } }, { id, controlPlaneID: plane }],
  ['of a control plane', { id }, { id, controlPlaneID: id }],
  ['without an id', { konnect: { controlPlaneID: plane } }, undefined],
  ['with an id that is none', { konnect: { id: 'h'.repeat(200_000), controlPlaneID: plane } }, undefined],
  ['in a control plane that is none', { konnect: { id, controlPlaneID: 'h'.repeat(129) } }, undefined],
])('reads the place %s', (_, status, place) => {
  if (place === undefined) expect(placeOf(object(status))).toBeUndefined();
  else expect(placeOf(object(status))).toMatchObject(place);
});
