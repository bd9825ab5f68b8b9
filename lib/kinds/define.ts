import type { Static, TSchema } from 'typebox';
import type { Controller } from '../engine/controller.ts';
import type { CoreMapping } from '../engine/core-entity.ts';
import type { EntityMapping } from '../engine/entity.ts';
import type { Condition, KubernetesObject, ObjectKey, Resource } from '../engine/objects.ts';

/** A lane is one queue with its dead-letter queue and the one function that reads it. */
export const lanes = ['auth', 'control-plane', 'extension', 'entity', 'cloud-gateway'] as const;
export type Lane = (typeof lanes)[number];

/** Controllers by the name of their kind. */
export type Controllers = Readonly<Record<string, Controller>>;

/** A condition without what the engine adds when it writes it (generation, time). */
export type ConditionFact = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** What the object referred to means for the one that refers. */
export interface Judgement {
  readonly conditions: readonly ConditionFact[];
  /** False: the object waits, and `conditions` say for what. */
  readonly usable: boolean;
  /** What Konnect had of the object went with what it refers to, so its main condition can not stay True. */
  readonly lost?: boolean;
}

/** A reference to an object of another kind of ours. The engine resolves it, and the forwarder wakes the referrer through it. */
export interface Ref {
  /** How steps ask for it, such as `auth` or `controlPlane`. */
  readonly name: string;
  /** The kind referred to. */
  readonly kind: string;
  /** The objects that the object itself names; empty where the field is unset. Must not throw on a malformed object. */
  targets(object: KubernetesObject): readonly ObjectKey[];
  /** Another ref of this kind: what its object refers to under the same name as this ref wins over `targets`. */
  readonly through?: string;
  /** Resolved by a relation of the entity, not before it: a missing one does not keep the entity itself from Konnect. */
  readonly deferred?: true;
  /** Only the name of what is referred to matters: its object is not read, and `judge` is not asked. */
  readonly unread?: true;
  /** False: what is referred to may be deleted meanwhile, for Konnect takes the referrer's entity along. */
  readonly holds?: false;
  /** What holds of the referrer's condition of this type where it names nothing any more. */
  readonly unset?: ConditionFact;
  /** Words what was found (undefined: no such object) in conditions of the referrer. */
  judge(found: KubernetesObject | undefined, key: ObjectKey): Judgement;
}

/** An object outside our kinds (Secret, ConfigMap) whose change must wake the object. Only its metadata is ever watched. */
export interface Wake {
  readonly resource: Resource;
  /** Narrows the watch, where all objects of interest carry a label. */
  readonly labelSelector?: string;
  /** A ref of this kind: what its object is woken by wakes this one as well, beside `targets`. */
  readonly through?: string;
  targets(object: KubernetesObject): readonly ObjectKey[];
}

/** Objects of another of our kinds that must look again when this one changes, though it does not depend on them. */
export interface Informed {
  readonly kind: string;
  /** Must not throw on a malformed object. */
  targets(object: KubernetesObject): readonly ObjectKey[];
}

/**
 * Objects of another API that refer to objects of the kind, such as workloads that use one. What they say of it is part
 * of its status. A cluster need not serve that API.
 */
export interface User {
  readonly resource: Resource;
  /** The objects of the kind that it refers to. Must not throw on a malformed object. */
  targets(object: KubernetesObject): readonly ObjectKey[];
  /** What of it is looked at, beside `targets`; only a change of that wakes what it refers to. JSON. */
  says(object: KubernetesObject): unknown;
}

/** Reason of the main condition by what was being done; `waiting` goes with another condition that is not True. */
export interface FailureReasons {
  readonly waiting: string;
  readonly create: string;
  readonly update: string;
  readonly remove: string;
}

/** For `docs/kinds.md`: the condition, the reason with which it is False, and what that means. */
export type ReasonFact = readonly [condition: string, reason: string, because: string];

/** A right on objects that the kind's controller reads or makes beside those of its refs. */
export interface Access {
  readonly resource: Resource;
  readonly verbs: readonly ('get' | 'list' | 'create' | 'patch' | 'delete')[];
}

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'date' | 'integer';
  readonly jsonPath: string;
  readonly description?: string;
  readonly priority?: number;
}

/** Everything the system knows of one kind: data and pure functions. `lib/kinds/<kind>/kind.ts` exports one as `kind`. */
export interface Kind {
  readonly resource: Resource;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories: readonly string[];
  readonly lane: Lane;
  /** One sentence for the CRD, `kubectl explain` and the table of kinds. */
  readonly description: string;
  /** The object's fields beside apiVersion, kind and metadata, usually `spec` and `status`; Kubernetes extensions allowed. */
  readonly schema: () => TSchema;
  readonly columns: readonly Column[];
  /** The condition that says the object is done: True for the present generation means there is nothing to do. */
  readonly mainCondition: 'Programmed' | 'Ready' | 'APIAuthValid';
  /** Reasons of a False main condition; those of `Programmed` where absent. */
  readonly failureReasons?: FailureReasons;
  /** Why conditions are False, beside what follows from `failureReasons` and `refs`. */
  readonly reasons?: readonly ReasonFact[];
  /** Those of the main condition with which an object is as somebody may want it, and nobody has to look. */
  readonly restReasons?: readonly string[];
  /** Condition types that a CRD default leaves behind and nobody maintains: dropped when the status is written. */
  readonly staleConditions?: readonly string[];
  readonly refs: readonly Ref[];
  readonly wakes?: readonly Wake[];
  readonly informs?: readonly Informed[];
  /** Rights that its lane's function needs in the cluster, beside those that follow from `refs` and `heldWhileReferenced`. */
  readonly access?: readonly Access[];
  readonly users?: readonly User[];
  /** The controller clears what is known by the name alone of an object whose finalizer was stripped (`vanished`). */
  readonly looksWhenGone?: true;
  /** False: the object is for somebody else, such as an ingress controller. It is not touched, but let go of where we hold it. */
  concerns?(object: KubernetesObject): boolean;
  /** What dependants wait for. A change of this value, and of nothing else, wakes them. JSON. */
  offers(object: KubernetesObject): Readonly<Record<string, unknown>>;
  /** Deleting waits until no object refers to it any more. */
  readonly heldWhileReferenced?: true;
  /** What the kind's own controller waits for before an object goes, for docs/kinds.md: it follows `Deleting waits`. */
  readonly deletingWaits?: string;
  /** The forwarder asks for a thorough look this often (with jitter): what expires has no event of its own. */
  readonly recheckSeconds?: number;
  /** Narrows that to objects in this state, for what Konnect is still at work on; these are looked at while they are deleted, too. */
  recheckWhile?(object: KubernetesObject): boolean;
  /** Annotations of the object that its controller writes as notes for itself, such as for a deletion. Users do not set them. */
  readonly notes?: readonly string[];
  /** The list in Konnect that has all there is to know of the kind's entities, of kinds with a controller of their own. */
  readonly collection?: string;
  /** How the object becomes one entity; absent for kinds with a controller of their own beside `kind.ts`. */
  readonly entity?: EntityMapping;
  /** How the object becomes one entity of a control plane, under an id that we choose. */
  readonly core?: CoreMapping;
}

/** Declares a kind; exists for its type, so that a wrong field is found where it is written. */
export function defineKind(kind: Kind): Kind {
  return kind;
}

/** The type of an object's fields under a kind's schema. */
export type FieldsOf<Schema extends () => TSchema> = Static<ReturnType<Schema>>;
