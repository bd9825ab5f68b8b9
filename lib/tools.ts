/** The functions beside those of the lanes: ways in that look at many objects and send events, and reconcile none. */
export const tools = ['drift-check', 'replay'] as const;
export type Tool = (typeof tools)[number];
