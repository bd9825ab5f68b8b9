import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SendMessageBatchCommand, SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { Errors } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { createTaskQueue } from '../lib/drift/queue.ts';
import { driftRequestSchema } from '../lib/drift/request.ts';
import { parseTask } from '../lib/drift/task.ts';
import { isRecord } from '../lib/engine/objects.ts';
import { handleBatch } from '../lib/events/batch.ts';
import { deduplicationId, messageGroupId, type ObjectEventData, parseEvent } from '../lib/events/event.ts';
import { createFirstErrors } from '../lib/events/first-errors.ts';
import { kinds } from '../lib/kinds/registry.gen.ts';
import { laneOf } from '../lib/registry.ts';
import { parseReplay } from '../lib/replay/parse.ts';

interface Sample {
  readonly file: string;
  readonly function: string;
}

const folder = join(import.meta.dirname, '..', 'events');
const read = async (file: string) => JSON.parse(await readFile(join(folder, file), 'utf8'));
const samples: readonly Sample[] = await read('manifest.json');

it('every sample is in the manifest, and nothing else is', async () => {
  const files = (await readdir(folder)).filter((file) => !['manifest.json', 'event.schema.json'].includes(file));
  expect(samples.map(({ file }) => file).sort()).toEqual(files.sort());
});

const isRequest = ({ function: name }: Sample): boolean => !name.startsWith('reconcile-');

describe.each(samples.filter(isRequest))('$file', ({ file, function: name }) => {
  it('is what its function is invoked with', async () => {
    const request: unknown = await read(file);
    if (name === 'replay') expect(parseReplay(request, kinds)).toEqual(request);
    else if (isRecord(request) && 'Records' in request) await expectPart(request);
    else expect([name, Errors(driftRequestSchema, request)]).toEqual(['drift-check', []]);
  });
});

/** What drift-check gets of its own queue is what it has sent there. */
async function expectPart(request: Readonly<Record<string, unknown>>): Promise<void> {
  const sent: SendMessageBatchRequestEntry[] = [];
  const client = {
    send: async ({ input }: SendMessageBatchCommand) => ({ Failed: [], sent: sent.push(...(input.Entries ?? [])) }),
  };
  const [record] = (request as unknown as SQSEvent).Records;
  await createTaskQueue(client as unknown as SQSClient, 'drift.fifo').put([parseTask(record?.body ?? '')]);
  const { MessageGroupId, MessageDeduplicationId } = record?.attributes ?? {};
  expect(sent).toMatchObject([{ MessageBody: record?.body, MessageGroupId, MessageDeduplicationId }]);
}

describe.each(samples.filter((sample) => !isRequest(sample)))('$file', ({ file, function: name }) => {
  it('is a batch that SQS could have sent to its function', async () => {
    const { Records: records } = await read(file);
    for (const { body, attributes, md5OfBody, eventSourceARN } of records) {
      const { data } = parseEvent(body);
      expect(`reconcile-${laneOf(data.kind)}`).toBe(name);
      expect(attributes.MessageGroupId).toBe(messageGroupId(data));
      expect(attributes.MessageDeduplicationId).toBe(deduplicationId(data));
      expect(md5OfBody).toBe(createHash('md5').update(body).digest('hex'));
      expect(eventSourceARN).toMatch(new RegExp(`:${laneOf(data.kind)}\\.fifo$`));
    }
  });

  it('asks for one look at the object it names', async () => {
    const { Records: records } = await read(file);
    const asked: ObjectEventData[] = [];
    const unexpected = () => Promise.reject(new Error('unexpected'));

    const failed = await handleBatch(records, {
      async reconcile(data) {
        asked.push(data);
        return { is: 'done' };
      },
      deadLetters: { keep: unexpected },
      firstErrors: createFirstErrors(),
      delay: unexpected,
      remaining: () => 60_000,
      functionName: name,
      clock: { now: () => new Date(0) },
      log: { debug: unexpected, info: unexpected, warn: unexpected, error: unexpected },
      random: () => 0,
    });

    expect(failed).toEqual([]);
    expect(asked).toEqual([parseEvent(records[0].body).data]);
  });
});
