import type { Static } from 'typebox';
import * as Type from 'typebox';
import { Errors } from 'typebox/value';
import { Terminal } from '../engine/errors.ts';
import { Sensitive } from '../sensitive.ts';
import type { Access } from './access.ts';
import { checkServer } from './kubeconfig.ts';
import { type AwsKeys, presign, sha256 } from './presign.ts';

const text = Type.String({ minLength: 1, maxLength: 512 });
const eksSchema = Type.Object(
  {
    eks: Type.Object(
      {
        name: text,
        region: Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-\\d$' }),
        endpoint: text,
        /** Base64 of the PEM, as `aws eks describe-cluster` prints it. */
        certificateAuthority: Type.String({ minLength: 1, maxLength: 65_536 }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type EksCluster = Static<typeof eksSchema>['eks'];

// EKS accepts a token for 15 minutes after it was signed, whatever X-Amz-Expires says; a minute is kept for clocks that
// differ and for the call itself.
const tokenMilliseconds = 14 * 60_000;

/**
 * Reads the JSON form in which an EKS cluster is stored.
 * @throws {Terminal} naming each field that is wrong.
 */
export function parseEks(value: unknown): EksCluster {
  const problems = Errors(eksSchema, value);
  if (problems.length > 0) {
    const named = problems.map((problem) => `${problem.instancePath || '/'} ${problem.message}`);
    throw new Terminal(`EKS cluster refused: ${named.join('; ')}; store {"eks":{…}} with the four fields`);
  }
  const { eks } = value as Static<typeof eksSchema>;
  checkServer(eks.endpoint, `EKS cluster "${eks.name}"`);
  return eks;
}

/** The access to an EKS cluster by a token that AWS IAM vouches for, and the moment (ms since 1970) from which it must not be used. */
export function accessOfEks(
  eks: EksCluster,
  keys: AwsKeys,
  now: Date,
): {
  readonly value: Access;
  readonly until: number;
} {
  const end = now.getTime() + tokenMilliseconds;
  return {
    value: {
      server: eks.endpoint.replace(/\/+$/, ''),
      tls: { ca: Buffer.from(eks.certificateAuthority, 'base64').toString('utf8') },
      authorization: new Sensitive(`Bearer ${eksToken(eks, keys, now)}`),
    },
    // A token signed by temporary keys dies with them.
    until: Math.min(end, (keys.expiration?.getTime() ?? Infinity) - 60_000),
  };
}

/**
 * `k8s-aws-v1.` and the base64url of a presigned STS GetCallerIdentity, which the cluster sends to STS to learn who
 * calls. Format: github.com/kubernetes-sigs/aws-iam-authenticator.
 */
export function eksToken(eks: Pick<EksCluster, 'name' | 'region'>, keys: AwsKeys, now: Date): string {
  const suffix = eks.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = presign(
    {
      host: `sts.${eks.region}.${suffix}`,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { 'x-k8s-aws-id': eks.name },
      service: 'sts',
      region: eks.region,
      expiresSeconds: 60,
      payloadHash: sha256(''),
    },
    keys,
    now,
  );
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
