import { namespace } from './calls.ts';
import { kindNamed, type Wanted } from './load.ts';

/** How many objects of each kind make up the configuration of a gateway. */
export interface GatewaySize {
  readonly services: number;
  readonly routes: number;
  /** Each with one API key. */
  readonly consumers: number;
}

/** A gateway of about so many objects, in the proportions of 100 services to 1,000 routes and 1,000 consumers. */
export function gatewayOf(objects: number): GatewaySize {
  const services = Math.max(1, Math.round(objects / 31));
  return { services, routes: services * 10, consumers: services * 10 };
}

/** The objects in the order of a manifest that people write: what is referred to before what refers. */
export function gateway(
  name: string,
  authName: string,
  { services, routes, consumers }: GatewaySize,
): readonly Wanted[] {
  const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name } };
  const service = (number: number) => `${name}-service-${number % services}`;
  return [
    made('KonnectGatewayControlPlane', name, { spec: { name, konnect: { authRef: { name: authName } } } }),
    ...numbered(services, (number) =>
      made('KongService', service(number), {
        spec: {
          controlPlaneRef,
          name: service(number),
          host: `${service(number)}.internal`,
          port: 8080,
          protocol: 'http',
        },
      }),
    ),
    ...numbered(routes, (number) => routeTo(service(number), `${name}-route-${number}`)),
    ...numbered(consumers, (number) => {
      const consumer = `${name}-consumer-${number}`;
      return made('KongConsumer', consumer, { username: consumer, spec: { controlPlaneRef } });
    }),
    ...numbered(consumers, (number) => keyOf(`${name}-consumer-${number}`)),
  ];
}

export function routeTo(service: string, name: string): Wanted {
  const serviceRef = { type: 'namespacedRef', namespacedRef: { name: service } };
  return made('KongRoute', name, { spec: { serviceRef, name, paths: [`/${name}`], protocols: ['http', 'https'] } });
}

export function keyOf(consumer: string): Wanted {
  return made('KongCredentialAPIKey', `${consumer}-key`, {
    spec: { consumerRef: { name: consumer }, key: `${consumer}-xxxxxxxxxxxxxxxx` },
  });
}

function made(kind: string, name: string, fields: Readonly<Record<string, unknown>>): Wanted {
  return { kind: kindNamed(kind), object: { metadata: { name, namespace }, ...fields } };
}

function numbered<Item>(count: number, item: (number: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, number) => item(number));
}
