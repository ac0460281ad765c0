import { randomUUID } from 'node:crypto';
import { ReportCache } from '../../src/cache/report-cache.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { makeTransaction } from './insert-test-batch.ts';
import { startTestApi, type TestApi, type TestApiOptions } from './test-api.ts';
import { createTestChain } from './test-chain.ts';
import { startTestWorker, type TestWorker } from './test-worker.ts';
import { waitFor } from './wait-for.ts';

export interface TestStack {
  api: TestApi;
  worker: TestWorker;
  /** Posts a batch as a client would, and waits until it is processed. Returns its id. */
  process(rows: Partial<NewTransaction>[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts an API together with a worker for its task queue. */
export async function startTestStack(options: TestApiOptions = {}): Promise<TestStack> {
  const taskQueue = `test-${randomUUID()}`;
  const api = await startTestApi({
    ...options,
    config: { ...options.config, TEMPORAL_TASK_QUEUE: taskQueue },
  });
  const worker = await startTestWorker(
    {
      database: api.limitedDatabase,
      chain: createTestChain(api.limitedDatabase, api.cache),
      reports: new ReportCache(api.cache),
    },
    taskQueue,
  );
  return {
    api,
    worker,
    async process(rows) {
      const transactions = rows.map(makeTransaction).map((row) => ({
        transaction_id: row.transactionId,
        account_id: row.accountId,
        amount: row.amount,
        currency: row.currency,
        date: row.date,
        merchant_name: row.merchantName,
        description: row.description,
      }));
      const { body } = await api.post('/api/integrations/transactions', { transactions });
      await waitFor(async () => {
        const batch = await api.get(`/api/integrations/batches/${body.batch_id}`);
        return batch.body.status === 'completed';
      });
      return body.batch_id;
    },
    async stop() {
      await worker.stop();
      await api.stop();
    },
  };
}
