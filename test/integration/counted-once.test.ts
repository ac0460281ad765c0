import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { register } from 'prom-client';
import { categorizeRows } from '../../src/activities/categorize-rows.ts';
import { completeBatch } from '../../src/activities/complete-batch.ts';
import type { ActivityDependencies } from '../../src/activities/dependencies.ts';
import { failBatch } from '../../src/activities/fail-batch.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import { markBatchProcessing } from '../../src/db/batches/change-batch-status.ts';
import type { Batch } from '../../src/db/models/batch.ts';
import { loadOpenTransactions } from '../../src/db/transactions/load-open-transactions.ts';
import { createLogger } from '../../src/logger.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { readSamples, sumOf } from '../helpers/read-metrics.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { createTestChain } from '../helpers/test-chain.ts';

let api: TestApi;
let dependencies: Pick<ActivityDependencies, 'database' | 'chain' | 'reports' | 'logger'>;

beforeAll(async () => {
  api = await startTestApi();
  dependencies = {
    database: api.limitedDatabase,
    chain: createTestChain(api.limitedDatabase, api.cache),
    reports: new ReportCache(api.cache),
    logger: createLogger('worker', 'silent'),
  };
});
afterAll(() => api.stop());
beforeEach(() => register.resetMetrics());

async function beginBatch(rowCount: number): Promise<Batch> {
  const rows = Array.from({ length: rowCount }, () => makeTransaction());
  const batch = await insertTestBatch(api.database, rows);
  await markBatchProcessing(api.database, batch.id, 'run');
  return batch;
}

async function counted() {
  const samples = readSamples(await register.metrics());
  return {
    completed: sumOf(samples, 'tallyflow_batches_ended_total', { outcome: 'completed' }) ?? 0,
    failed: sumOf(samples, 'tallyflow_batches_ended_total', { outcome: 'failed' }) ?? 0,
    measured: sumOf(samples, 'tallyflow_batch_seconds_count') ?? 0,
    rows: sumOf(samples, 'tallyflow_transactions_processed_total'),
    categorized: sumOf(samples, 'tallyflow_transactions_categorized_total') ?? 0,
  };
}

const activityDependencies = () => dependencies as ActivityDependencies;

test('rows and their batch, when two attempts complete the same ones', async () => {
  const batch = await beginBatch(3);
  const rows = await loadOpenTransactions(api.limitedDatabase, [
    {
      batchId: batch.id,
      firstId: batch.firstTransactionId as number,
      lastId: batch.lastTransactionId as number,
    },
  ]);
  for (let attempt = 1; attempt <= 2; attempt++)
    await categorizeRows(activityDependencies(), [batch.id], rows);
  await completeBatch(activityDependencies(), { batchId: batch.id });
  expect(await counted()).toEqual({
    completed: 1,
    failed: 0,
    measured: 1,
    rows: 3,
    categorized: 3,
  });
});

test('a batch of duplicates only, when it is completed twice', async () => {
  const { id } = await beginBatch(0);
  for (let attempt = 1; attempt <= 2; attempt++)
    await completeBatch(activityDependencies(), { batchId: id });
  expect(await counted()).toMatchObject({ completed: 1, measured: 1 });
});

test('a batch that fails, when it is marked twice', async () => {
  const { id } = await beginBatch(1);
  for (let attempt = 1; attempt <= 2; attempt++)
    await failBatch(activityDependencies(), { batchId: id, reason: 'a test' });
  expect(await counted()).toMatchObject({ completed: 0, failed: 1, measured: 0 });
});
