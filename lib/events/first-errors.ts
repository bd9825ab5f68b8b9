/**
 * Where it comes from: the earliest failure that this container saw; the condition that the object had before that, where
 * an earlier one was seen elsewhere; or the last failure, where nothing else is known.
 */
export const firstErrorSources = ['memory', 'condition', 'last'] as const;
export type FirstErrorSource = (typeof firstErrorSources)[number];

/** What went wrong with a message the first time, as far as it is known. */
export interface FirstError {
  readonly message: string;
  /** RFC 3339. */
  readonly at: string;
  readonly from: FirstErrorSource;
}

/**
 * Remembers the first error of each message that failed, for as long as the message may come back. SQS keeps nothing for
 * us between two receives, so this is the only place; another container starts without it.
 */
export interface FirstErrors {
  /** Remembers the error, unless an earlier one of the message is known. */
  note(messageId: string, error: FirstError): void;
  of(messageId: string): FirstError | undefined;
  /** The message will not come back. */
  forget(messageId: string): void;
}

/** @param most entries that are kept; the oldest goes first. */
export function createFirstErrors(most = 10_000): FirstErrors {
  const known = new Map<string, FirstError>();
  return {
    note(messageId, error) {
      if (known.has(messageId)) return;
      known.set(messageId, error);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
    },
    of: (messageId) => known.get(messageId),
    forget: (messageId) => void known.delete(messageId),
  };
}
