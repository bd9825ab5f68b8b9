/** True where both lead to the same entities, however they are written. */
export function isSameServer(one: string, other: string): boolean {
  return hostOf(one) === hostOf(other);
}

function hostOf(serverURL: string): string {
  const host = serverURL
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/(:443)?(\/api)?\/?$/, '');
  // The private hosts of a region serve what its public ones do.
  return host.replace(/^([a-z]{2}|global)\.svc\.(konghq\.(com|tech))$/, '$1.api.$2');
}
