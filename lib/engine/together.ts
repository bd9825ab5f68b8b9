/**
 * The results of work that runs side by side. Waits for all of it even where some failed, since what goes on in the
 * background of a function that has answered is frozen half-way; then throws the first failure, in the order given.
 */
export async function together<const Work extends readonly Promise<unknown>[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
