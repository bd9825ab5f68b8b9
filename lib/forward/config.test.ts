import { describe, expect, it } from 'vitest';
import { readForwarderConfig } from './config.ts';

const prefix = 'https://sqs.eu-central-1.amazonaws.com/123456789012/konnect-';
const minimal = { CLUSTER_NAME: 'prod', QUEUE_URL_PREFIX: prefix, KUBECONFIG: '/kube/config' };

describe('the configuration', () => {
  it('has defaults for everything that need not be said', () => {
    expect(readForwarderConfig({ ...minimal, PATH: '/bin', LOG_LEVEL: '' })).toEqual({
      cluster: 'prod',
      queueUrls: {
        auth: `${prefix}auth.fifo`,
        'control-plane': `${prefix}control-plane.fifo`,
        extension: `${prefix}extension.fifo`,
        entity: `${prefix}entity.fifo`,
        'cloud-gateway': `${prefix}cloud-gateway.fifo`,
      },
      access: { is: 'kubeconfig', path: '/kube/config' },
      namespaces: undefined,
      httpPort: 8080,
      drainSeconds: 20,
      logLevel: 'INFO',
    });
  });

  it('takes each queue by itself, and the pod it runs in', () => {
    const urls = Object.fromEntries(
      ['AUTH', 'CONTROL_PLANE', 'EXTENSION', 'ENTITY', 'CLOUD_GATEWAY'].map((lane) => [
        `QUEUE_URL_${lane}`,
        `https://sqs.example/${lane}.fifo`,
      ]),
    );

    const config = readForwarderConfig({
      CLUSTER_NAME: 'prod',
      ...urls,
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      WATCH_NAMESPACES: ' team-a, team-b',
      HTTP_PORT: '0',
      DRAIN_SECONDS: '5',
      LOG_LEVEL: 'DEBUG',
    });

    expect(config).toMatchObject({
      access: { is: 'service-account', host: '10.0.0.1', port: '443' },
      namespaces: ['team-a', 'team-b'],
      httpPort: 0,
      drainSeconds: 5,
      logLevel: 'DEBUG',
    });
    expect(config.queueUrls['control-plane']).toBe('https://sqs.example/CONTROL_PLANE.fifo');
  });

  it.each<{ reason: string; variables: Record<string, string | undefined>; says: RegExp }>([
    { reason: 'no cluster', variables: { ...minimal, CLUSTER_NAME: undefined }, says: /CLUSTER_NAME is missing/ },
    { reason: 'a slash', variables: { ...minimal, CLUSTER_NAME: 'a/b' }, says: /CLUSTER_NAME/ },
    {
      reason: 'no queue',
      variables: { ...minimal, QUEUE_URL_PREFIX: '' },
      says: /QUEUE_URL_AUTH.*missing.*QUEUE_URL_PREFIX/,
    },
    {
      reason: 'a lane that is none',
      variables: { ...minimal, QUEUE_URL_ENTITYS: 'x' },
      says: /QUEUE_URL_ENTITYS names no lane/,
    },
    {
      reason: 'both ways',
      variables: { ...minimal, QUEUE_URL_AUTH: 'https://sqs.example/a.fifo' },
      says: /stands beside/,
    },
    {
      reason: 'no FIFO queue',
      variables: { ...minimal, QUEUE_URL_AUTH: 'https://sqs.example/a' },
      says: /QUEUE_URL_AUTH/,
    },
    {
      reason: 'no way to the cluster',
      variables: { ...minimal, KUBECONFIG: undefined },
      says: /KUBECONFIG is missing/,
    },
    { reason: 'a namespace', variables: { ...minimal, WATCH_NAMESPACES: 'Team A' }, says: /WATCH_NAMESPACES/ },
    { reason: 'a port', variables: { ...minimal, HTTP_PORT: 'http' }, says: /HTTP_PORT/ },
    { reason: 'a level', variables: { ...minimal, LOG_LEVEL: 'LOUD' }, says: /LOG_LEVEL/ },
  ])('is refused with what is wrong: $reason', ({ variables, says }) => {
    expect(() => readForwarderConfig(variables)).toThrow(says);
  });
});
