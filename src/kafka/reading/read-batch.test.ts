import { expect, it } from '@jest/globals';
import { GenericError } from '@platformatic/kafka';
import { ApiError } from '../../domain/errors.ts';
import { RecordError } from '../records/record-error.ts';
import { NotThereError } from './not-there-error.ts';
import { failureOf, readBatch } from './read-batch.ts';

const ofDatabase = (code: string) => Object.assign(new Error('refused'), { code });

it.each([
  ['a lock that others hold', ofDatabase('55P03')],
  ['a statement that takes too long', ofDatabase('57014')],
  ['a deadlock', ofDatabase('40P01')],
  ['a fault of the disk', ofDatabase('58030')],
  ['a defect of the database', ofDatabase('XX000')],
  ['a right that is missing', ofDatabase('42501')],
  ['the same rows elsewhere', new ApiError('overloaded', 'Busy.')],
  ['what nobody knows', new Error('unknown')],
])('%s says nothing about a batch', (_, error) => {
  expect(failureOf(error)).toEqual({ kind: 'busy' });
});

it.each(['22003', '22021', '23502', '23514'])('the data of a batch are bad by %s', (code) => {
  expect(failureOf(ofDatabase(code))).toEqual({ kind: 'badData' });
});

it('tells what is away from what is missing', () => {
  const missing = new RecordError('parts_missing', 'Missing.');
  expect(failureOf(ofDatabase('57P01'))).toEqual({ kind: 'away' });
  expect(failureOf(new GenericError('PLT_KFK_NETWORK', 'away'))).toEqual({ kind: 'kafkaAway' });
  expect(failureOf(new NotThereError(missing))).toEqual({ kind: 'notThere', error: missing });
  expect(failureOf(missing)).toEqual({ kind: 'refused', error: missing });
});

it('takes as many rows as the gateway did, and of other systems no more than allowed', async () => {
  const row = {
    transaction_id: 't',
    account_id: 'a',
    amount: '1.00',
    currency: 'USD',
    date: '2026-01-31',
  };
  const value = Buffer.from(
    JSON.stringify({ version: 1, request_id: null, transactions: [row, row] }),
  );
  const read = (mayHaveParts: boolean) =>
    readBatch(
      { connection: { bootstrapBrokers: [] }, maxRows: 1 },
      { topic: 'any', topicId: 'any', partition: 0, offset: 0n, key: null, value, headers: [] },
      {
        batch: { id: '0199aaaa-0000-7000-8000-000000000000', apiKeyId: 1 },
        client: '1',
        accountPrefixes: [],
        mayHaveParts,
      },
    );
  await expect(read(true)).resolves.toMatchObject({ rowCount: 2 });
  await expect(read(false)).rejects.toThrow(/at most 1/);
});
