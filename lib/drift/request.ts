import * as Type from 'typebox';

/** `repair` sends an event for what differs; `report` only tells. */
export const driftModes = ['repair', 'report'] as const;
export type DriftMode = (typeof driftModes)[number];

const name = Type.String({ minLength: 1, maxLength: 253 });

/** What the function drift-check is invoked with, by the schedule or by hand. Without filters it checks everything. */
export const driftRequestSchema = Type.Object(
  {
    mode: Type.Enum([...driftModes]),
    cluster: Type.Optional(name),
    /** `<namespace>/<name>` of the control plane's object: only what lives in it. */
    controlPlane: Type.Optional(Type.String({ pattern: '^[^/]+/[^/]+$', maxLength: 507 })),
    /** Names of kinds. */
    kinds: Type.Optional(Type.Array(name, { minItems: 1, maxItems: 50 })),
    /** True: this invocation does the work and answers with the report; what it has no time for goes to the queue. */
    wait: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, title: 'What drift-check is invoked with' },
);

export type DriftRequest = Type.Static<typeof driftRequestSchema>;
