import { atomic, type CelRule, celRule, enumOf, list, object, optional, text, withRules } from './schema.ts';

/* Fields that several kinds share: references to other objects, and tags. */

/** A reference by a name that must be given, to an object of the same namespace. */
export function nameRef(description: string, nameDescription: string, options: { readonly minLength?: number } = {}) {
  return object(description, { name: text(nameDescription, options) });
}

/** A reference in the shape of the core API's LocalObjectReference: a missing name is the empty name. */
export function localRef(description: string) {
  return atomic(
    object(description, { name: optional(text('Name of the object, in the same namespace.', { default: '' })) }),
  );
}

/** `konnect: {authRef: {name}}`: which API authentication is used to talk to Konnect. */
export function konnectConfiguration(description: string) {
  return object(description, {
    authRef: nameRef(
      'The API authentication to use. Always of the same namespace.',
      'Name of the object that holds the API authentication.',
    ),
  });
}

export const konnectIdRefused = celRule("self.type != 'konnectID'", "'konnectID' type is not supported");

/** For the spec of kinds that exist in Konnect only, where `kic` would mean "not ours". */
export const kicRefused = celRule(
  "!has(self.controlPlaneRef) ? true : self.controlPlaneRef.type != 'kic'",
  'KIC is not supported as control plane',
);

export const controlPlaneRequiredOnceSet = celRule(
  '!has(oldSelf.spec.controlPlaneRef) || has(self.spec.controlPlaneRef)',
  'controlPlaneRef is required once set',
);

export const controlPlaneOfOwnNamespace = celRule(
  '(!has(self.spec.controlPlaneRef) || !has(self.spec.controlPlaneRef.konnectNamespacedRef)) ? true : !has(self.spec.controlPlaneRef.konnectNamespacedRef.__namespace__)',
  'spec.controlPlaneRef cannot specify namespace for namespaced resource',
);

/** `controlPlaneRequiredOnceSet` for kinds whose spec may be absent. */
export const controlPlaneRequiredOnceSetInSpec = celRule(
  '(!has(oldSelf.spec) || !has(oldSelf.spec.controlPlaneRef)) || has(self.spec.controlPlaneRef)',
  controlPlaneRequiredOnceSet.message,
);

/** `controlPlaneOfOwnNamespace` for kinds whose spec may be absent. */
export const controlPlaneOfOwnNamespaceInSpec = celRule(
  '(!has(self.spec) || !has(self.spec.controlPlaneRef) || !has(self.spec.controlPlaneRef.konnectNamespacedRef)) ? true : !has(self.spec.controlPlaneRef.konnectNamespacedRef.__namespace__)',
  controlPlaneOfOwnNamespace.message,
);

/** In CEL: the entity is in Konnect as the object says. An error, and so a refusal, where the status has no conditions. */
export const programmed = "self.status.conditions.exists(c, c.type == 'Programmed' && c.status == 'True')";

/** In CEL, the opposite of `programmed` for objects that may have no status. */
export const notProgrammed = `(!has(self.status) || !${programmed})`;

/** The field may not change unless a condition in CEL holds. The wording of `unless` is part of the CRD, to the letter. */
export function frozenUnless(unless: string, field: `spec.${string}`): CelRule {
  return celRule(
    `${unless} ? true : oldSelf.${field} == self.${field}`,
    `${field} is immutable when an entity is already Programmed`,
  );
}

/** For kinds whose spec is always there: the field may not change while the entity is programmed. */
export function frozenWhileProgrammed(field: `spec.${string}`): CelRule {
  return frozenUnless(`(!${programmed})`, field);
}

// Each type of reference has its own member; the other members must be absent. An unset type is defaulted to kic.
const controlPlaneRefRules = [
  celRule(
    "(has(self.type) && self.type == 'konnectNamespacedRef') ? has(self.konnectNamespacedRef) : true",
    'when type is konnectNamespacedRef, konnectNamespacedRef must be set',
  ),
  celRule(
    "(has(self.type) && self.type == 'konnectNamespacedRef') ? !has(self.konnectID) : true",
    'when type is konnectNamespacedRef, konnectID must not be set',
  ),
  celRule(
    "(has(self.type) && self.type == 'konnectID') ? has(self.konnectID) : true",
    'when type is konnectID, konnectID must be set',
  ),
  celRule(
    "(has(self.type) && self.type == 'konnectID') ? !has(self.konnectNamespacedRef) : true",
    'when type is konnectID, konnectNamespacedRef must not be set',
  ),
  celRule(
    "(has(self.type) && self.type == 'kic') ? !has(self.konnectID) : true",
    'when type is kic, konnectID must not be set',
  ),
  celRule(
    "(has(self.type) && self.type == 'kic') ? !has(self.konnectNamespacedRef) : true",
    'when type is kic, konnectNamespacedRef must not be set',
  ),
  celRule('!has(self.type) ? !has(self.konnectID) : true', 'when type is unset, konnectID must not be set'),
  celRule(
    '!has(self.type) ? !has(self.konnectNamespacedRef) : true',
    'when type is unset, konnectNamespacedRef must not be set',
  ),
];

/**
 * A reference to a control plane: by its id in Konnect, by an object of the cluster, or `kic`, which means one that is
 * not managed through Konnect. `refusals` are checked first.
 */
export function controlPlaneRef(description: string, ...refusals: readonly CelRule[]) {
  const ref = object(description, {
    type: optional(
      enumOf(
        'How the control plane is named. An absent type means kic.',
        ['konnectID', 'konnectNamespacedRef', 'kic'],
        {
          default: 'kic',
        },
      ),
    ),
    konnectID: optional(text('Id of the control plane in Konnect. For type konnectID.')),
    konnectNamespacedRef: optional(
      object('The control plane object of the cluster. For type konnectNamespacedRef.', {
        name: text('Name of the control plane object.'),
        namespace: optional(text('Namespace of the control plane object. For kinds without a namespace of their own.')),
      }),
    ),
  });
  return withRules(ref, ...refusals, ...controlPlaneRefRules);
}

/** The control plane of an entity, as an object of the cluster: its id alone does not say how to reach Konnect. */
export function entityControlPlaneRef() {
  return controlPlaneRef(
    'The control plane that the entity belongs to. kic: one that is not managed through Konnect. Fixed while programmed.',
    konnectIdRefused,
  );
}

/** Tags of an entity: up to 20 of up to 128 characters. */
export function tags() {
  return withRules(
    list('Tags of the entity in Konnect, to group and filter by.', text('One tag.'), { maxItems: 20 }),
    celRule('self.all(tag, size(tag) >= 1 && size(tag) <= 128)', 'tags entries must not be longer than 128 characters'),
  );
}

/** How Konnect writes an id. */
export const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
