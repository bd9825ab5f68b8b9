import type { Lane } from '../kinds/define.ts';
import type { DeadLetter } from './letter.ts';

/** Which dead letters are meant. What is given narrows down; an empty selection is all of them. */
export interface Selection {
  readonly ids?: readonly string[];
  readonly lanes?: readonly Lane[];
  /** The name of a kind, in any case. */
  readonly kind?: string;
  /** A part of the last or the first error, in any case. */
  readonly reason?: string;
}

export function selects({ ids, lanes, kind, reason }: Selection, letter: DeadLetter): boolean {
  const texts = [letter.reason, letter.firstError?.message ?? ''];
  return (
    (ids === undefined || ids.includes(letter.id)) &&
    (lanes === undefined || lanes.includes(letter.lane)) &&
    (kind === undefined || letter.object?.kind.toLowerCase() === kind.toLowerCase()) &&
    (reason === undefined || texts.some((text) => text.toLowerCase().includes(reason.toLowerCase())))
  );
}
