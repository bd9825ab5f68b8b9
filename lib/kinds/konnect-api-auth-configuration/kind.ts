import { secretResource, statusText } from '../../engine/objects.ts';
import { defineKind } from '../define.ts';
import { textAt } from '../fields.ts';
import { isValid } from './ref.ts';
import { schema } from './schema.ts';

export const kind = defineKind({
  resource: {
    group: 'konnect.konghq.com',
    version: 'v1alpha1',
    kind: 'KonnectAPIAuthConfiguration',
    plural: 'konnectapiauthconfigurations',
    namespaced: true,
  },
  singular: 'konnectapiauthconfiguration',
  categories: ['kong'],
  lane: 'auth',
  description: 'A Konnect token and the server it is for: what every other object of Konnect refers to.',
  schema,
  columns: [
    {
      name: 'Valid',
      type: 'string',
      jsonPath: `.status.conditions[?(@.type=='APIAuthValid')].status`,
      description: 'The API authentication information is valid',
    },
    {
      name: 'OrgID',
      type: 'string',
      jsonPath: '.status.organizationID',
      description: 'Konnect Organization ID this API authentication configuration belongs to.',
    },
    { name: 'ServerURL', type: 'string', jsonPath: '.status.serverURL', description: 'Configured server URL.' },
  ],
  mainCondition: 'APIAuthValid',
  failureReasons: { waiting: 'Invalid', create: 'Invalid', update: 'Invalid', remove: 'Invalid' },
  // The CRD's default names a type that Kong's operator never writes either; it would stay Unknown for ever.
  staleConditions: ['Valid'],
  refs: [],
  wakes: [
    {
      resource: secretResource,
      targets: ({ spec, metadata }) => {
        const name = textAt(spec, 'secretRef', 'name');
        const namespace = textAt(spec, 'secretRef', 'namespace') ?? metadata.namespace;
        return name === undefined || namespace === undefined ? [] : [{ namespace, name }];
      },
    },
  ],
  offers: (object) => ({
    valid: isValid(object),
    organizationID: statusText(object, 'organizationID'),
    serverURL: statusText(object, 'serverURL'),
  }),
  heldWhileReferenced: true,
  looksWhenGone: true,
  access: [{ resource: secretResource, verbs: ['get'] }],
  // A token that expires or is revoked has no event of its own.
  recheckSeconds: 6 * 60 * 60,
});
