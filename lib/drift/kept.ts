/** What was made for a key, made once. A failure is kept as well: what failed is not tried again by everybody who asks. */
export function kept<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** The same, but a failure is only told to those who wait for it: who asks later asks again. */
export function keptUnlessFailed<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  return kept(known, key, () => {
    const made = make();
    made.catch(() => known.delete(key));
    return made;
  });
}
