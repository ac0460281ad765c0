import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Database } from '../../db/connection/database.ts';
import { createLogger } from '../../logger.ts';
import type { RecordIdentity } from '../records/identify-record.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { type DeadLetterReason, RecordError } from '../records/record-error.ts';
import { topics } from '../topics.ts';
import { Burial } from './burial.ts';

const raw = jest.fn<(...args: unknown[]) => Promise<unknown>>(async () => ({}));
let burial: Burial;
beforeEach(() => {
  raw.mockClear();
  // Nothing listens there.
  burial = new Burial(
    { bootstrapBrokers: ['127.0.0.1:1'] },
    { raw } as unknown as Database,
    createLogger('consumer', 'silent'),
  );
});
afterEach(() => burial.close());

const record = (topic: string): KafkaRecord => ({
  topic,
  topicId: 'any',
  partition: 0,
  offset: 5n,
  key: null,
  value: Buffer.from('x'),
  headers: [],
});
const identity = (client: string): RecordIdentity => ({
  batch: { id: '0199aaaa-0000-8000-8000-000000000000', apiKeyId: 1 },
  client,
  accountPrefixes: [],
  mayHaveParts: false,
});
/** How many of a hundred letters are listed. */
const listed = (topic: string, reason: DeadLetterReason, client = '1') =>
  Array.from({ length: 100 }, () =>
    burial.begin(record(topic), identity(client), new RecordError(reason, 'Wrong.')),
  ).filter(({ isListed }) => isListed).length;

it('lists a minute’s first letters of what a writer does wrong, client by client', () => {
  expect(listed('ledger', 'invalid_record')).toBe(60);
  expect(listed('ledger', 'account_not_allowed')).toBe(0);
  expect(listed('ledger', 'account_not_allowed', '2')).toBe(60);
  expect(listed(topics.batches, 'idempotency_mismatch', '3')).toBe(60);
});

it('lists every letter that is no fault of its writer', () => {
  for (const reason of ['not_storable', 'unknown_key', 'key_not_live'] as const)
    expect(listed('ledger', reason)).toBe(100);
  for (const reason of ['invalid_record', 'parts_missing', 'not_storable'] as const)
    expect(listed(topics.batches, reason)).toBe(100);
});

it('does not write a letter again that Kafka has, while the database is away', async () => {
  const buried = {
    record: record('ledger'),
    identity: identity('1'),
    letter: {
      ...burial.begin(record('ledger'), identity('1'), new RecordError('not_storable', 'Wrong.')),
      place: { partition: 3, offset: 7n },
    },
  };
  raw.mockRejectedValueOnce(new Error('away'));
  await expect(burial.bury(buried)).rejects.toThrow('away');
  await burial.bury(buried);
  expect(raw).toHaveBeenCalledTimes(2);
  expect(raw).toHaveBeenLastCalledWith(
    expect.anything(),
    expect.objectContaining({ partition: 3, offset: '7' }),
  );
});

it('says of the dead letter of a large batch until when it can be stored', async () => {
  const pointer = { ...record(topics.batches), value: Buffer.from('{"parts":{}}') };
  const error = new RecordError('unknown_key', 'Wrong.');
  const letter = {
    ...burial.begin(pointer, identity('1'), error),
    place: { partition: 3, offset: 7n },
  };
  await burial.bury({ record: pointer, identity: identity('1'), letter });
  expect(raw).toHaveBeenLastCalledWith(
    expect.anything(),
    expect.objectContaining({ failureReason: expect.stringMatching(/keeps its rows for 8 days/) }),
  );
});
