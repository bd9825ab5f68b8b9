/** How one kind becomes one Konnect entity. */
export interface EntityMapping {
  readonly path: string;
}
