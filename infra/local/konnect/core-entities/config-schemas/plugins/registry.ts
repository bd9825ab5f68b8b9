import type { PluginSchema } from '../config-schema.ts';
import { aclPlugin } from './acl.ts';
import { basicAuthPlugin } from './basic-auth.ts';
import { corsPlugin } from './cors.ts';
import { hmacAuthPlugin } from './hmac-auth.ts';
import { jwtPlugin } from './jwt.ts';
import { keyAuthPlugin } from './key-auth.ts';
import { prometheusPlugin } from './prometheus.ts';
import { proxyCachePlugin } from './proxy-cache.ts';
import { rateLimitingPlugin } from './rate-limiting.ts';
import { requestTransformerPlugin } from './request-transformer.ts';

/** The plugins that the emulator knows. Konnect knows about a hundred; a new one is a file here and a line below. */
export const pluginSchemas: readonly PluginSchema[] = [
  aclPlugin,
  basicAuthPlugin,
  corsPlugin,
  hmacAuthPlugin,
  jwtPlugin,
  keyAuthPlugin,
  prometheusPlugin,
  proxyCachePlugin,
  rateLimitingPlugin,
  requestTransformerPlugin,
];

export function pluginSchema(name: unknown): PluginSchema | undefined {
  return pluginSchemas.find((schema) => schema.name === name);
}
