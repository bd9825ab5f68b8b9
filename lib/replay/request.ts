import * as Type from 'typebox';

const name = Type.String({ minLength: 1, maxLength: 253 });

/**
 * What the function replay is invoked with. Filters narrow each other down; `all` has to be said where there is none
 * (`cluster` says where, and is no filter). With `deadLetters` the objects are those that dead letters name, and need no
 * filter.
 */
export const replayRequestSchema = Type.Object(
  {
    /** Every registered cluster where absent. */
    cluster: Type.Optional(name),
    kind: Type.Optional(name),
    namespace: Type.Optional(name),
    name: Type.Optional(name),
    uid: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    /** As for `kubectl -l`. */
    labelSelector: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    /** `<namespace>/<name>` of the control plane's object: that object and all that lives in it. */
    controlPlane: Type.Optional(Type.String({ pattern: '^[^/]+/[^/]+$', maxLength: 507 })),
    all: Type.Optional(Type.Literal(true)),
    deadLetters: Type.Optional(Type.Literal(true)),
    /** False sends; without it the answer tells what would be sent. */
    dryRun: Type.Optional(Type.Boolean()),
    /** The reconcile reads, compares and repairs also what is programmed for its generation already. */
    force: Type.Optional(Type.Boolean()),
    /** Goes on where an earlier answer stopped: its `next`. */
    after: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    /** The id of that earlier answer's run. */
    run: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  { additionalProperties: false, title: 'What replay is invoked with' },
);

export type ReplayRequest = Type.Static<typeof replayRequestSchema>;

/** One object that an event is, or would be, sent for. */
export interface Replayed {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What replay answers with. */
export interface ReplayAnswer {
  readonly run: string;
  readonly dryRun: boolean;
  /** Events that were sent, or would be, by lane. */
  readonly events: Readonly<Record<string, number>>;
  /** The first hundred of the objects. */
  readonly objects: readonly Replayed[];
  /** What could not be sent or looked up, in sentences. */
  readonly problems: readonly string[];
  /** Time ran out before the end: say it as `after`, with `run`, to go on. */
  readonly next?: string;
}
