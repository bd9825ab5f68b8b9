/** What a plugin may look at the requests of. */
export type Role = 'service' | 'route' | 'consumer' | 'consumerGroup';

/** An object that names the plugin in its annotation. */
export interface Subject {
  readonly role: Role;
  readonly name: string;
  /** Name of its control plane object, in the same namespace. */
  readonly controlPlane: string;
}

/** Names of objects: the plugin looks at the requests that all of them are part of. */
export type Targets = Readonly<Partial<Record<Role, string>>>;

/** One use of the plugin. */
export interface Combination {
  readonly controlPlane: string;
  readonly targets: Targets;
}

/**
 * What annotations mean together, by control plane: a plugin on a consumer and on a route is for that consumer's requests
 * to that route. A service and a route never stand together, since a route is part of its service already. Groups count
 * only where no consumer is annotated, as Kong's operator has it.
 */
export function combinationsOf(subjects: readonly Subject[]): readonly Combination[] {
  const planes = Map.groupBy(subjects, ({ controlPlane }) => controlPlane);
  return [...planes].flatMap(([controlPlane, own]) => targetsOf(own).map((targets) => ({ controlPlane, targets })));
}

/** Groups that `combinationsOf` passes over. */
export function leftOut(subjects: readonly Subject[]): readonly Subject[] {
  const planes = new Set(subjects.filter(({ role }) => role === 'consumer').map(({ controlPlane }) => controlPlane));
  return subjects.filter(({ role, controlPlane }) => role === 'consumerGroup' && planes.has(controlPlane));
}

/** For all requests of a consumer or a group; for fewer as soon as there is a place. */
export function isForUserAlone({ targets: { service, route, consumer, consumerGroup } }: Combination): boolean {
  return (consumer ?? consumerGroup) !== undefined && (route ?? service) === undefined;
}

function targetsOf(subjects: readonly Subject[]): readonly Targets[] {
  const of = (wanted: Role): readonly Targets[] =>
    subjects.filter(({ role }) => role === wanted).map(({ name }) => ({ [wanted]: name }));
  const places = [...of('route'), ...of('service')];
  const consumers = of('consumer');
  const users = consumers.length > 0 ? consumers : of('consumerGroup');
  if (users.length === 0) return places;
  return places.length === 0 ? users : users.flatMap((user) => places.map((place) => ({ ...user, ...place })));
}
