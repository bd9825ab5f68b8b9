/** A reconcile whose hands are tied wanted to write. What it wanted is what differs. */
export class WouldWrite extends Error {
  override readonly name = 'WouldWrite';
  readonly where: 'konnect' | 'cluster';

  constructor(where: 'konnect' | 'cluster', what: string) {
    super(`a reconcile would ${what}`);
    this.where = where;
  }
}
