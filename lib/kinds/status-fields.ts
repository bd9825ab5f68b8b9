import type { TProperties } from 'typebox';
import { enumOf, int64, listMap, object, optional, text } from './schema.ts';

/* Fields of the status that several kinds share: conditions, and where the entity is in Konnect. */

function condition() {
  return object('One aspect of the state of the object.', {
    type: text('Which aspect, in CamelCase.', {
      maxLength: 316,
      pattern:
        '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
    }),
    status: enumOf('Whether it holds.', ['True', 'False', 'Unknown']),
    reason: text('Why, as one word for programs.', {
      minLength: 1,
      maxLength: 1024,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    }),
    message: text('Why, as a sentence for people. May be empty.', { maxLength: 32768 }),
    lastTransitionTime: text('When the status last changed.', { format: 'date-time' }),
    observedGeneration: optional(int64('The metadata.generation that was looked at.', { minimum: 0 })),
  });
}

/** The conditions of an object that nobody has looked at yet, as its CRD defaults them. */
export function pending(type: string) {
  return [
    {
      type,
      status: 'Unknown',
      reason: 'Pending',
      message: 'Waiting for controller',
      lastTransitionTime: '1970-01-01T00:00:00Z',
    },
  ];
}

/** The list of conditions. The default stands on it, or on the status around it: kinds differ, so it is an option. */
export function conditions(
  options: { readonly default?: ReturnType<typeof pending>; readonly minItems?: number } = {},
) {
  return listMap('What is known of the state of the object.', 'type', condition(), { maxItems: 8, ...options });
}

/** Where the entity is in Konnect: at `status` on konnect.* kinds, at `status.konnect` on the others. */
export function entityIds() {
  return {
    id: optional(text('Id of the entity in Konnect; absent until it is created.')),
    organizationID: optional(text('Id of the Konnect organization that holds the entity.')),
    serverURL: optional(text('The Konnect server that the entity is on.')),
  };
}

/** Addresses that data planes connect to. */
export function endpoints() {
  return object('Where data planes of the control plane connect to.', {
    controlPlane: text('Address for configuration.'),
    telemetry: text('Address for telemetry.'),
  });
}

/** `status.konnect` of a configuration.* kind. `parents` are ids beside the control plane's that it lives under. */
export function placeInKonnect<Parents extends TProperties>(parents: Parents) {
  return object('Where the entity is in Konnect.', {
    ...entityIds(),
    controlPlaneID: optional(text('Id of the control plane in Konnect.')),
    ...parents,
  });
}

/**
 * The status of a configuration.* kind. `parents` are ids beside the control plane's that the entity lives under, such
 * as `serviceID`. `minItems` because a few kinds allow an empty list of conditions.
 */
export function entityStatus<Parents extends TProperties>(
  parents: Parents,
  options: { readonly minItems?: number } = { minItems: 1 },
) {
  return object(
    'What is known of the object in Konnect.',
    { conditions: optional(conditions(options)), konnect: optional(placeInKonnect(parents)) },
    { default: { conditions: pending('Programmed') } },
  );
}
