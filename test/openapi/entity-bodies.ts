import { type KeyPair, keyPair } from '../../infra/local/konnect/test-client.ts';

/** Bodies for one type of entity at one place: two that are accepted, and one that is not. */
export interface EntityBodies {
  /** Below the core entities; `{name}` stands for the id of the entity made under that name before. */
  readonly path: string;
  /** The name under which later paths and bodies find this one. */
  readonly as: string;
  readonly body: Body;
  readonly other: Body;
  readonly refused: Body;
  /** Lists that are read besides the whole. */
  readonly queries?: readonly string[];
  /** The collection that answers reads under its own path, when writes go elsewhere. */
  readonly reads?: string;
}

export type Body = Readonly<Record<string, unknown>>;

const tags = ['k8s-uid:1', 'b'];

/** Every type at every place; what others point at comes first. */
export async function entityBodies(): Promise<readonly EntityBodies[]> {
  const rsa = await keyPair({ type: 'RSA' });
  const ec = await keyPair();
  return [
    ...ownerBodies,
    ...(await certificateBodies(ec, rsa)),
    keyBodies('keys', 'k1', ec.publicKey),
    keyBodies('key-sets/{set}/keys', 'k2', ec.publicKey),
    ...upstreamBodies,
    ...pluginBodies(),
    ...credentialBodies(rsa.publicKey),
  ];
}

const ownerBodies: readonly EntityBodies[] = [
  { path: 'services', as: 'service', body: { name: 'svc-2', host: 'h' }, other: { host: 'h' }, refused: {} },
  { path: 'routes', as: 'route', body: { name: 'r-2', paths: ['/x'] }, other: { paths: ['/y'] }, refused: {} },
  { path: 'consumers', as: 'consumer', body: { username: 'ann' }, other: { username: 'bob' }, refused: {} },
  {
    path: 'consumer_groups',
    as: 'group',
    body: { name: 'gold', tags },
    other: { name: 'Größe' },
    refused: { name: 'a b' },
  },
  { path: 'key-sets', as: 'set', body: { name: 'set', tags }, other: {}, refused: { name: 'a b' } },
  {
    path: 'vaults',
    as: 'vault',
    body: { name: 'env', prefix: 'my-env', description: 'd', config: { prefix: 'X_' }, tags },
    other: { name: 'hcv', prefix: 'my-hcv', config: { token: '{vault://env/token}' } },
    refused: { name: 'env', prefix: 'env', config: { nonsense: true } },
  },
];

const upstreamBodies: readonly EntityBodies[] = [
  {
    path: 'upstreams',
    as: 'upstream',
    body: { name: 'up', tags, client_certificate: { id: '{certificate}' }, healthchecks: { active: { timeout: 2 } } },
    other: { name: 'up-2', hash_on: 'header', hash_on_header: 'x-a', hash_fallback: 'ip' },
    refused: { name: 'up-3', slots: 1 },
  },
  {
    path: 'upstreams/{upstream}/targets',
    as: 'target',
    body: { target: 'h.example:80', weight: 0, tags },
    other: { target: '::1' },
    refused: { target: 'a:b:c' },
  },
];

async function certificateBodies(ec: KeyPair, rsa: KeyPair): Promise<readonly EntityBodies[]> {
  const [ca, otherCa, otherEc] = [await keyPair({ ca: true }), await keyPair({ ca: true }), await keyPair()];
  return [
    {
      path: 'certificates',
      as: 'certificate',
      body: { cert: ec.cert, key: ec.key, cert_alt: rsa.cert, key_alt: rsa.key, tags },
      other: { cert: otherEc.cert, key: otherEc.key },
      refused: { cert: ec.cert, key: rsa.key },
    },
    {
      path: 'ca_certificates',
      as: 'ca',
      body: { cert: ca.cert, tags },
      other: { cert: otherCa.cert },
      refused: { cert: ec.cert },
    },
    sniBodies('snis'),
    {
      ...sniBodies('certificates/{certificate}/snis'),
      as: 'sni-2',
      body: { name: 'b.example' },
      other: { name: 'b.*' },
    },
  ];
}

function sniBodies(path: string): EntityBodies {
  const certificate = { id: '{certificate}' };
  return {
    path,
    as: 'sni',
    body: { name: 'a.example', certificate, tags },
    other: { name: '*.a.example', certificate },
    refused: { name: '10.0.0.1', certificate },
  };
}

function keyBodies(path: string, kid: string, publicKey: string): EntityBodies {
  const jwk = JSON.stringify({ kty: 'oct', k: 'AAAA', kid });
  return {
    path,
    as: kid,
    body: { name: kid, kid, jwk, tags },
    other: { kid: `${kid}-pem`, pem: { public_key: publicKey } },
    refused: { kid },
  };
}

function pluginBodies(): readonly EntityBodies[] {
  const plugin = { name: 'request-transformer', instance_name: 'top', config: { add: { headers: ['x:y'] } }, tags };
  const top = { path: 'plugins', as: 'plugin', body: plugin, other: { name: 'key-auth', enabled: false } };
  const queries = ['filter[name][eq]=key-auth', 'filter[name][contains]=key'];
  const below = ['services/{service}', 'routes/{route}', 'consumers/{consumer}', 'consumer_groups/{group}'].map(
    (owner) => ({
      path: `${owner}/plugins`,
      as: owner,
      body: { name: 'request-transformer' },
      other: { name: 'rate-limiting', config: { minute: 5 }, protocols: ['http'] },
      refused: { name: 'rate-limiting' },
    }),
  );
  return [{ ...top, refused: { name: 'no-auth' }, queries }, ...below];
}

function credentialBodies(publicKey: string): readonly EntityBodies[] {
  const below = (
    path: string,
    reads: string,
    bodies: Pick<EntityBodies, 'body' | 'other' | 'refused'>,
  ): EntityBodies => ({
    path: `consumers/{consumer}/${path}`,
    as: reads,
    reads,
    ...bodies,
  });
  const jwt = { algorithm: 'RS256', rsa_public_key: publicKey };
  return [
    below('acls', 'acls', { body: { group: 'a', tags }, other: { group: 'b' }, refused: {} }),
    below('basic-auth', 'basic-auths', {
      body: { username: 'a', password: 'p', tags },
      other: { username: 'b', password: 'q' },
      refused: { username: 'c' },
    }),
    below('hmac-auth', 'hmac-auths', {
      body: { username: 'a', secret: 's', tags },
      other: { username: 'b' },
      refused: {},
    }),
    below('jwt', 'jwts', { body: { key: 'k', secret: 's', tags }, other: jwt, refused: { algorithm: 'RS256' } }),
    below('key-auth', 'key-auths', { body: { key: 'k', ttl: 60, tags }, other: {}, refused: { ttl: -1 } }),
    below('mtls-auth', 'mtls-auths', {
      body: { subject_name: 'a', ca_certificate: { id: '{ca}' }, tags },
      other: { subject_name: 'b' },
      refused: {},
    }),
  ];
}
