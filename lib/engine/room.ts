import type { Condition } from './objects.ts';

/** Most conditions that the CRDs let an object have: a status with more is refused as a whole. */
const maxConditions = 8;

const told = '; no room for further conditions: ';

/**
 * The conditions that an object has room for. Of `own`, those that this run reported, the ones that hold yield first, the
 * last reported before others: the main condition says as much. What else has to yield is told in the message of the main
 * condition, which always stays.
 */
export function withRoom(
  conditions: readonly Condition[],
  options: { readonly own: readonly string[]; readonly main: string },
): readonly Condition[] {
  const surplus = Math.max(0, conditions.length - maxConditions);
  const yielding = conditions.filter(({ type }) => type !== options.main).sort(byWorth(options.own));
  const gone = yielding.slice(0, surplus);
  const unsaid = gone.filter(({ type, status }) => !(status === 'True' && options.own.includes(type)));
  return conditions
    .filter((condition) => !gone.includes(condition))
    .map((condition) => (condition.type === options.main ? telling(condition, unsaid) : condition));
}

function telling(main: Condition, unsaid: readonly Condition[]): Condition {
  const texts = unsaid.map(({ type, status, message }) => `${type}=${status}${message === '' ? '' : ` (${message})`}`);
  const message = main.message.split(told)[0] ?? '';
  return { ...main, message: texts.length === 0 ? message : `${message}${told}${texts.join(', ')}` };
}

// Ours that hold, ours that do not, others' that hold, others'.
function byWorth(own: readonly string[]): (one: Condition, other: Condition) => number {
  const worth = ({ type, status }: Condition) => (own.includes(type) ? 0 : 2) + (status === 'True' ? 0 : 1);
  return (one, other) => worth(one) - worth(other) || own.indexOf(other.type) - own.indexOf(one.type);
}
