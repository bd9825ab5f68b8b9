import { describe, expect, it } from 'vitest';
import {
  deadLetterQueueUrlVariable,
  queueUrlVariable,
  readConfig,
  readDriftConfig,
  readReplayConfig,
} from './config.ts';
import { lanes } from './kinds/define.ts';

const queue = (name: string): string => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}.fifo`;
const variables: Readonly<Record<string, string>> = {
  DEAD_LETTER_QUEUE_URL: queue('dead'),
  ...Object.fromEntries(lanes.map((lane) => [queueUrlVariable(lane), queue(lane)])),
};

describe('readConfig', () => {
  it('has a default for all but the queues', () => {
    expect(readConfig(variables)).toEqual({
      queueUrls: Object.fromEntries(lanes.map((lane) => [lane, queue(lane)])),
      deadLetterQueueUrl: queue('dead'),
      tokenSecretPrefix: 'konnect-reconciler',
      tokenKmsKeyArn: undefined,
      clusterSecretPrefix: 'konnect-reconciler-clusters',
      allowedHosts: [],
      konnectEndpointURL: undefined,
      logLevel: 'INFO',
      metricsNamespace: 'KonnectReconciler',
    });
  });

  it('reads what is set, and is not bothered by what belongs to others', () => {
    const set = {
      ...variables,
      TOKEN_SECRET_PREFIX: 'kr/tokens',
      KONNECT_ALLOWED_HOSTS: ' konnect.internal:8443, ,other.example ',
      KONNECT_ENDPOINT_URL: 'http://127.0.0.1:8080',
      LOG_LEVEL: 'DEBUG',
      METRICS_NAMESPACE: 'kr-prod',
      TOKEN_KMS_KEY_ARN: '',
      AWS_REGION: 'eu-central-1',
    };

    expect(readConfig(set)).toMatchObject({
      tokenSecretPrefix: 'kr/tokens',
      allowedHosts: ['konnect.internal:8443', 'other.example'],
      konnectEndpointURL: 'http://127.0.0.1:8080',
      logLevel: 'DEBUG',
      metricsNamespace: 'kr-prod',
      tokenKmsKeyArn: undefined,
    });
  });

  it.each([
    {
      reason: 'a queue that is no FIFO queue',
      set: { DEAD_LETTER_QUEUE_URL: 'https://sqs/x' },
      says: /DEAD_LETTER_QUEUE_URL/,
    },
    { reason: 'a missing queue', set: { [queueUrlVariable('auth')]: undefined }, says: /QUEUE_URL_AUTH/ },
    { reason: 'a key that is none', set: { TOKEN_KMS_KEY_ARN: 'alias/mine' }, says: /TOKEN_KMS_KEY_ARN/ },
    { reason: 'an unknown level', set: { LOG_LEVEL: 'LOUD' }, says: /LOG_LEVEL/ },
    { reason: 'a prefix with spaces', set: { TOKEN_SECRET_PREFIX: 'a b' }, says: /TOKEN_SECRET_PREFIX/ },
    { reason: 'an endpoint that is no URL', set: { KONNECT_ENDPOINT_URL: 'localhost' }, says: /KONNECT_ENDPOINT_URL/ },
  ])('does not start with $reason', ({ set, says }) => {
    const given = Object.fromEntries(
      Object.entries({ ...variables, ...set }).filter(([, value]) => value !== undefined),
    );
    expect(() => readConfig(given)).toThrow(says);
  });

  it('names every problem at once', () => {
    expect(() => readConfig({ LOG_LEVEL: 'LOUD' })).toThrow(
      /DEAD_LETTER_QUEUE_URL[\s\S]*QUEUE_URL_ENTITY[\s\S]*LOG_LEVEL/,
    );
  });

  it('a variable that is set to undefined is not set', () => {
    expect(readConfig({ ...variables, LOG_LEVEL: undefined }).logLevel).toBe('INFO');
  });
});

describe('readReplayConfig', () => {
  const queueUrls = Object.fromEntries(lanes.map((lane) => [lane, queue(lane)]));
  const deadLetterQueueUrls = Object.fromEntries(lanes.map((lane) => [lane, queue(`${lane}-dead`)]));
  const deadLetters = Object.fromEntries(
    lanes.map((lane) => [deadLetterQueueUrlVariable(lane), queue(`${lane}-dead`)]),
  );
  const { DEAD_LETTER_QUEUE_URL: _, ...ofLanes } = variables;

  it('asks for the queues of all lanes and for nothing that has to do with Konnect', () => {
    expect(readReplayConfig({ ...ofLanes, ...deadLetters, KONNECT_ENDPOINT_URL: 'nowhere' })).toEqual({
      queueUrls,
      deadLetterQueueUrls,
      clusterSecretPrefix: 'konnect-reconciler-clusters',
      logLevel: 'INFO',
      metricsNamespace: 'KonnectReconciler',
    });
    expect(() => readReplayConfig(ofLanes)).toThrow(/DEAD_LETTER_QUEUE_URL_AUTH.*DEAD_LETTER_QUEUE_URL_CLOUD_GATEWAY/);
  });
});

describe('readDriftConfig', () => {
  it('asks for the queue of its own in place of one for dead letters', () => {
    const { DEAD_LETTER_QUEUE_URL: _, ...ofLanes } = variables;
    const { deadLetterQueueUrl: __, ...same } = readConfig(variables);
    expect(readDriftConfig({ ...ofLanes, QUEUE_URL_DRIFT: queue('drift') })).toEqual({
      ...same,
      driftQueueUrl: queue('drift'),
    });
    expect(() => readDriftConfig(variables)).toThrow(/QUEUE_URL_DRIFT missing/);
  });
});
