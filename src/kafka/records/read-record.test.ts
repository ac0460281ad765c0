import { expect, it } from '@jest/globals';
import { RowValidator } from '../../ingestion/row-validator.ts';
import { readPart } from './read-record.ts';

const row = {
  transaction_id: 't',
  account_id: 'a',
  amount: '1.00',
  currency: 'USD',
  date: '2026-01-31',
};
const part = (number: number) =>
  Buffer.from(JSON.stringify({ version: 1, part: number, transactions: [row] }));

it('leaves out a part that Kafka has delivered twice, and misses one that it has not', async () => {
  const validator = new RowValidator([]);
  await expect(readPart(part(0), 0, validator)).resolves.toHaveLength(1);
  await expect(readPart(part(0), 1, validator)).resolves.toBeNull();
  await expect(readPart(part(1), 1, validator)).resolves.toHaveLength(1);
  await expect(readPart(part(3), 2, validator)).rejects.toMatchObject({ reason: 'parts_missing' });
  expect(validator.count).toBe(2);
});
