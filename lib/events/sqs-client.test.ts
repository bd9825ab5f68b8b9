import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, it, vi } from 'vitest';
import { createSqsClient } from './sqs-client.ts';

afterEach(() => vi.unstubAllEnvs());

it('asks the endpoint that was chosen, whatever host a queue is written with', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.headers['x-amz-target']));
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ Attributes: { ApproximateNumberOfMessages: '3' } }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' };
  const client = createSqsClient({ region: 'us-east-1', attempts: 1, credentials });

  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/entity.fifo';
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl }));

  expect(Attributes).toEqual({ ApproximateNumberOfMessages: '3' });
  expect(asked).toEqual(['AmazonSQS.GetQueueAttributes']);
  client.destroy();
  server.closeAllConnections();
  server.close();
});
