import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createLogger } from '../../logger.ts';
import type { ConsumerContext } from '../consumer-context.ts';
import type { TakenRecord } from '../reading/taken-record.ts';
import type { RecordError } from '../records/record-error.ts';
import { topics } from '../topics.ts';
import { StoreLanes } from './store-lanes.ts';

const row = {
  transaction_id: 't',
  account_id: 'a',
  amount: '1.00',
  currency: 'USD',
  date: '2026-01-31',
};
const hourMs = 3_600_000;

const transaction = jest.fn<() => Promise<unknown>>();
const begin = jest.fn<(...args: unknown[]) => object>((_record, _identity, error) => ({
  error,
  isListed: true,
}));
const bury = jest.fn<(taken: { letter: { error: RecordError } }) => Promise<void>>(async () => {});
const onFailure = jest.fn();
let stopping: AbortController;
let lanes: StoreLanes;

beforeEach(() => {
  jest.useFakeTimers();
  for (const mock of [transaction, begin, bury, onFailure]) mock.mockClear();
  stopping = new AbortController();
  const context = {
    connection: { bootstrapBrokers: [] },
    database: { transaction },
    burial: { begin, bury },
    keyUses: { note() {} },
    workflowStarter: { startBatch() {} },
    logger: createLogger('consumer', 'silent'),
    maxRows: 10,
    maxMissingMs: 1_000,
  } as unknown as ConsumerContext;
  lanes = new StoreLanes(context, stopping.signal, onFailure);
});
afterEach(() => {
  stopping.abort();
  jest.useRealTimers();
  expect(onFailure).not.toHaveBeenCalled();
});

const taken = (client: string, value: unknown = { version: 1, transactions: [row] }) => {
  const finish = jest.fn();
  const record: TakenRecord = {
    record: {
      topic: topics.batches,
      topicId: 'any',
      partition: 0,
      offset: 0n,
      key: null,
      value: Buffer.from(JSON.stringify(value)),
      headers: [],
    },
    identity: {
      batch: { id: '0199aaaa-0000-7000-8000-000000000000', apiKeyId: 1, requestHash: null },
      client,
      accountPrefixes: [],
      mayHaveParts: true,
    },
    isUnloaded: false,
    bytes: 100,
    failures: 0,
    refusals: 0,
    finish,
  };
  return { record, finish };
};
const stored = [{ outcome: 'stored', transactionCount: 1, duplicateCount: 0, conflictCount: 0 }];
const refusal = (code: string) => Object.assign(new Error('refused'), { code });

it.each([
  ['others hold its rows', '55P03'],
  ['statements take too long', '57014'],
  ['the database has a fault', 'XX000'],
])('a batch waits while %s, however long it lasts, and is stored then', async (_, code) => {
  transaction.mockRejectedValue(refusal(code));
  const { record, finish } = taken('1');
  lanes.push(record);
  await jest.advanceTimersByTimeAsync(hourMs);
  expect(transaction.mock.calls.length).toBeGreaterThan(30);
  expect(begin).not.toHaveBeenCalled();
  expect(finish).not.toHaveBeenCalled();
  transaction.mockResolvedValue(stored);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(finish).toHaveBeenCalledTimes(1);
});

it('a batch whose data the database refuses again and again is a dead letter', async () => {
  transaction.mockRejectedValue(refusal('22003'));
  const { record, finish } = taken('1');
  lanes.push(record);
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(bury.mock.calls[0]?.[0].letter.error.reason).toBe('not_storable');
  expect(finish).toHaveBeenCalledTimes(1);
});

it('a dead letter that can not be kept is decided about once, and holds up no other batch', async () => {
  bury.mockRejectedValue(new Error('away'));
  transaction.mockResolvedValue(stored);
  const bad = Array.from({ length: 20 }, () => taken('1', 'wrong'));
  for (const { record } of bad) lanes.push(record);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(begin).toHaveBeenCalledTimes(20);
  const good = taken('2');
  lanes.push(good.record);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(good.finish).toHaveBeenCalledTimes(1);
  bury.mockResolvedValue();
  await jest.advanceTimersByTimeAsync(10_000);
  for (const { finish } of bad) expect(finish).toHaveBeenCalledTimes(1);
});

it('a topic of another system is full while its dead letters can not be kept', async () => {
  bury.mockRejectedValue(new Error('away'));
  for (let count = 0; count < 1_000; count++) {
    expect(lanes.isFull('ledger')).toBe(false);
    const { record } = taken('1', 'wrong');
    lanes.push({ ...record, record: { ...record.record, topic: 'ledger' } });
    if (count % 100 === 99) await jest.advanceTimersByTimeAsync(1);
  }
  await jest.advanceTimersByTimeAsync(1_000);
  expect(lanes.isFull('ledger')).toBe(true);
  expect(lanes.isFull('other')).toBe(false);
  bury.mockResolvedValue();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(lanes.isFull('ledger')).toBe(false);
});
