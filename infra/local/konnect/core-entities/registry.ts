import type { EntityType } from './entity-type.ts';
import { caCertificate } from './types/ca-certificate.ts';
import { certificate } from './types/certificate.ts';
import { consumer } from './types/consumer.ts';
import { consumerGroup } from './types/consumer-group.ts';
import { consumerGroupMember } from './types/consumer-group-member.ts';
import { acl } from './types/credentials/acl.ts';
import { basicAuth } from './types/credentials/basic-auth.ts';
import { hmacAuth } from './types/credentials/hmac-auth.ts';
import { jwt } from './types/credentials/jwt.ts';
import { keyAuth } from './types/credentials/key-auth.ts';
import { mtlsAuth } from './types/credentials/mtls-auth.ts';
import { key } from './types/key.ts';
import { keySet } from './types/key-set.ts';
import { plugin } from './types/plugin.ts';
import { route } from './types/route.ts';
import { service } from './types/service.ts';
import { sni } from './types/sni.ts';
import { target } from './types/target.ts';
import { upstream } from './types/upstream.ts';
import { vault } from './types/vault.ts';

/** Every type of core entity that is served. A new one is a file in `types/` and a line here. */
export const entityTypes: readonly EntityType[] = [
  service,
  route,
  consumer,
  consumerGroup,
  consumerGroupMember,
  plugin,
  upstream,
  target,
  certificate,
  caCertificate,
  sni,
  keySet,
  key,
  vault,
  acl,
  basicAuth,
  hmacAuth,
  jwt,
  keyAuth,
  mtlsAuth,
];
