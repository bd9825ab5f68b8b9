import type { EntityType } from './entity-type.ts';
import { consumer } from './types/consumer.ts';
import { route } from './types/route.ts';
import { service } from './types/service.ts';

/** Every type of core entity that is served. A new one is a file in `types/` and a line here. */
export const entityTypes: readonly EntityType[] = [service, route, consumer];
