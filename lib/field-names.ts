/** Fields of a request that are told at once. */
export const mostTold = 5;

/** The name of a field that nobody knows, as it may be told: it can be anything, also a secret, or very long. */
export function shownNames(names: unknown): string {
  const all = [names].flat().map(String);
  const shown = all
    .slice(0, mostTold)
    .map((name) => (/^\w{1,40}$/.test(name) && !/[ks]pat_/i.test(name) ? name : '[…]'));
  return [...shown, ...(all.length > mostTold ? ['…'] : [])].join(', ');
}

/** Of an unknown field it is said once that it is none: not by its own path as well, which is its name. */
export function isAboutKnown({ keyword }: { readonly keyword: string }): boolean {
  return keyword !== 'boolean';
}
