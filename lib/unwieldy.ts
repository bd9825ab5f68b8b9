/** Far more than any of the APIs knows, and far less than what a stack has room for. */
const deepest = 200;
/** More than what fits into one answer, object or Secret; aliases of YAML can make a short text stand for any number. */
const most = 1_000_000;

/** True where a value of JSON is nested too deeply, or holds too many values, to be compared or sent. */
export function isUnwieldy(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  let seen = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      const inner = typeof one === 'object' && one !== null ? Object.values(one) : [];
      seen += inner.length;
      if (seen > most) return true;
      for (const item of inner) next.push(item);
    }
    if (depth > deepest) return true;
    level = next;
  }
  return false;
}
