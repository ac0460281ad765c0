import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { generateTransactions } from '../../../samples/generate-batch.ts';
import type { ApiClient } from './api-client.ts';
import { type AccountSummary, formatSummary } from './format-summary.ts';

const rowCount = 1_000;
const pollIntervalMs = 200;

/** A thousand rows take about a second. If they take this long, something is broken. */
const timeoutMs = 5 * 60_000;

interface Batch {
  batch_id: string;
  status: string;
  transaction_count: number;
  processing_status: { completed: number; failed: number };
  categorized_count: number;
  failure_reason: string | null;
  workflow: { url: string } | null;
}

export interface DemoOptions {
  api: ApiClient;
  /** The address of the sweep's schedule in the Temporal UI. */
  scheduleUrl: string;
  log: (message: string) => void;
  signal: AbortSignal;
}

async function follow(batchId: string, { api, log, signal }: DemoOptions): Promise<Batch> {
  const startedAt = Date.now();
  let lastProgress = '';
  while (Date.now() - startedAt < timeoutMs) {
    const path = `/api/integrations/batches/${batchId}`;
    const { body: batch } = await api.request<Batch>('GET', path);
    const progress = `  ${batch.status}, ${batch.processing_status.completed} of ${batch.transaction_count} rows`;
    if (progress !== lastProgress) log(progress);
    lastProgress = progress;
    if (batch.status === 'completed') return batch;
    if (batch.status === 'failed') throw new Error(`The batch failed: ${batch.failure_reason}`);
    await delay(pollIntervalMs, undefined, { signal });
  }
  throw new Error(`The batch was not completed within ${timeoutMs / 60_000} minutes.`);
}

/** Posts a sample batch as an integrating system does, waits until it is completed, and prints an account's summary. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { api, log, scheduleUrl } = options;
  // A new seed gives new transaction ids. With the same ids, a second demo would post only duplicates.
  const transactions = generateTransactions({ count: rowCount, seed: randomInt(2 ** 31) });
  log(`Demo: posting a batch of ${rowCount} transactions …`);
  const startedAt = Date.now();
  const body = { request_id: `demo ${new Date().toISOString()}`, transactions };
  const posted = await api.request<Batch>('POST', '/api/integrations/transactions/', body);
  const batch = await follow(posted.body.batch_id, options);
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  log(`  done after ${seconds} s, ${batch.categorized_count} rows categorized\n`);

  const dates = transactions.map(({ date }) => date).sort();
  const account = transactions[0]?.account_id;
  const path = `/api/reports/account/${account}/summary?start_date=${dates.at(0)}&end_date=${dates.at(-1)}`;
  log(formatSummary((await api.request<AccountSummary>('GET', path)).body));
  log(`
  The batch's run     ${batch.workflow?.url ?? 'unknown'}
  The sweep schedule  ${scheduleUrl}
  This summary        curl -sS -H 'Authorization: Bearer ${api.apiKey}' '${api.baseUrl}${path}'`);
}
