/** Every name that this project writes into objects and entities. */
export const domain = 'konnect-reconciler.io';

/** Field manager of our writes, `managed-by` tag of our entities, user agent. */
export const projectName = 'konnect-reconciler';

/** Ours, so that objects can be told apart from those that Kong's own operator manages. */
export const finalizer = `${domain}/cleanup`;

/** `<namespace>/<name>` of the auth configuration that the entity was written with: what a deletion falls back on. */
export const accountAnnotation = `${domain}/account`;

/**
 * `"true"`: something was begun whose end the status does not tell, so the next run looks at everything. Such as an object
 * that was programmed already when our finalizer came onto it, by another controller or by us before somebody took it off.
 */
export const unfinishedAnnotation = `${domain}/unfinished`;

/** Id of the Konnect organisation, on objects whose status has no place for it: another one's silence proves nothing. */
export const organizationAnnotation = `${domain}/organization`;

/** What, beside the object itself, its entity was last written from: ids and versions. */
export const inputsAnnotation = `${domain}/inputs`;

/** Where the entity still is as well, while something there refers to it that has not followed yet. See `core-release.ts`. */
export const formerAnnotation = `${domain}/former`;

/** Label of an object that was made for another one: the uid of that one. */
export const derivedFromLabel = `${domain}/derived-from`;

/** On an object that was made for another one before it was ours: the name that it would have been given. */
export const standsForAnnotation = `${domain}/stands-for`;

/** What of Konnect the object claims, where Konnect has no place for the name of an owner. See `claim.ts`. */
export const claimAnnotation = `${domain}/claim`;

/** `"true"`: the object is left alone, also when it is deleted, until the annotation goes. */
export const pausedAnnotation = `${domain}/paused`;

/** `retain`: deleting the object leaves its entity in Konnect. Default `delete`. */
export const deletionPolicyAnnotation = `${domain}/deletion-policy`;

/**
 * `repair` (default), `report` or `ignore`: what a drift check does about an object, or all objects of a namespace, that
 * Konnect has otherwise.
 */
export const driftPolicyAnnotation = `${domain}/drift-policy`;

/**
 * `report` (default), `repair` or `ignore`, on a control plane's object or its namespace: what a drift check does about
 * entities in it that were made for objects which are gone. `repair` deletes them.
 */
export const orphanPolicyAnnotation = `${domain}/orphan-policy`;

/** The finalizer that Kong's own operator puts on every object it manages. */
export const kongOperatorFinalizer = 'gateway.konghq.com/konnect-cleanup';

/** What it puts on plugins that it makes bindings of: these have no entity of their own. */
export const kongPluginFinalizer = 'gateway.konghq.com/plugin-in-use';
