import { expect, it } from 'vitest';
import { Sensitive } from '../sensitive.ts';
import { presign, sha256 } from './presign.ts';

const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: new Sensitive('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
};

it("signs as AWS's published example does", () => {
  // docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  const url = presign(
    {
      host: 'examplebucket.s3.amazonaws.com',
      path: '/test.txt',
      query: {},
      service: 's3',
      region: 'us-east-1',
      expiresSeconds: 86_400,
      payloadHash: 'UNSIGNED-PAYLOAD',
    },
    keys,
    new Date('2013-05-24T00:00:00Z'),
  );

  expect(new URL(url).searchParams.get('X-Amz-Signature')).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
  expect(url).toContain('X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request');
});

it('puts the session token and every signed header into what is signed', () => {
  const request = {
    host: 'sts.eu-central-1.amazonaws.com',
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    service: 'sts',
    region: 'eu-central-1',
    expiresSeconds: 60,
    payloadHash: sha256(''),
  };
  const now = new Date('2026-01-02T03:04:05.678Z');
  const signature = (url: string) => new URL(url).searchParams.get('X-Amz-Signature');

  const plain = presign(request, keys, now);
  const other = presign({ ...request, headers: { 'x-k8s-aws-id': 'prod' } }, keys, now);
  const temporary = presign(request, { ...keys, sessionToken: new Sensitive("a+/='(b)") }, now);

  // The signature that AWS's own signer makes for the same request.
  const reference = presign(
    { ...request, headers: { 'x-k8s-aws-id': 'prod' } },
    { accessKeyId: 'AKID', secretAccessKey: new Sensitive('sec/ret'), sessionToken: new Sensitive("a+/='(b)*!") },
    now,
  );
  expect(signature(reference)).toBe('69fa4294482ca314bed58d0b762a9eee57e582ed8170c68c95b912484397005b');
  expect(new URL(other).searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
  expect(new URL(temporary).searchParams.get('X-Amz-Security-Token')).toBe("a+/='(b)");
  expect(temporary).toContain('X-Amz-Security-Token=a%2B%2F%3D%27%28b%29');
  expect(new Set([plain, other, temporary].map(signature)).size).toBe(3);
});
