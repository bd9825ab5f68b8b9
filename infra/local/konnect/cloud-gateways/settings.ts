/** How the clouds behind Konnect behave. */
export interface CloudSettings {
  /** From the order of a network or of data planes until they are ready, and from their deletion until they are gone. */
  readonly provisionMs: number;
  /** Networks that an organization may have at once; over it a 403 "Quota Exceeded". */
  readonly maxNetworks: number;
}

export const usualCloud: CloudSettings = { provisionMs: 600_000, maxNetworks: 10 };
