/**
 * How fast the console's API answers over many stored transactions: every list with its filters and
 * sorts, the dashboard, the uncategorized queue and the preview of a pattern. The rows are real ones in
 * that they are posted, and processed by the worker. Each is asked for in turn with a bare indexed
 * query, so that what else the machine does meets both; medians and the slowest are shown.
 *
 *   script/bench console [--rows 1000000]
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { generateTransactions } from '../samples/generate-batch.ts';
import { type ApiClient, createApiClient } from '../src/local/api-client.ts';
import { offerStarterCategories } from '../src/local/starter-categories.ts';
import { withScratchStack } from '../src/local/with-scratch-stack.ts';
import { median } from './median.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const rowCount = Number(values.rows);
const rowsPerBatch = 50_000;
const accountCount = 2_000;
const repeats = 9;
const warmUps = 2;

const log = (message: string) => console.log(message);

await withScratchStack(async ({ baseUrl, apiKey, servers }, signal) => {
  const api = createApiClient(baseUrl, apiKey, signal);
  await offerStarterCategories(api, { isWanted: true, log, signal });
  const batchId = await load(api);
  const database = new pg.Client(servers.databaseUrl);
  await database.connect();
  try {
    await database.query('VACUUM ANALYZE');
    await measure(api, database, batchId);
  } finally {
    await database.end();
  }
}, log);

/** Posts the rows and waits until they are processed. Returns the id of one of the batches. */
async function load(api: ApiClient): Promise<string> {
  let batchId = '';
  const startedAt = performance.now();
  for (let seed = 1; (seed - 1) * rowsPerBatch < rowCount; seed++) {
    const count = Math.min(rowsPerBatch, rowCount - (seed - 1) * rowsPerBatch);
    const transactions = generateTransactions({ count, seed, accounts: accountCount, days: 365 });
    const { body } = await api.request<{ batch_id: string }>(
      'POST',
      '/api/integrations/transactions',
      { request_id: `bench ${seed}`, transactions },
    );
    batchId = body.batch_id;
  }
  await whenProcessed(api);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  log(`${rowCount.toLocaleString('en')} rows posted and processed in ${seconds} s`);
  return batchId;
}

async function whenProcessed(api: ApiClient): Promise<void> {
  for (;;) {
    const open = '/api/admin/batches?status_ne=completed&_end=1';
    if ((await api.request<unknown[]>('GET', open)).body.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function measure(api: ApiClient, database: pg.Client, batchId: string): Promise<void> {
  const [category] = (
    await api.request<{ id: number }[]>('GET', '/api/admin/categories?name=Groceries')
  ).body;
  const bare = 'SELECT * FROM transactions ORDER BY id DESC LIMIT 50';
  const rows: string[] = [];
  for (const [name, path, body] of requests(category?.id ?? 0, batchId)) {
    const times: number[] = [];
    const bareTimes: number[] = [];
    for (let round = 0; round < warmUps + repeats; round++) {
      const [ms, bareMs] = [
        await timed(() => api.request(body === undefined ? 'GET' : 'POST', path, body)),
        await timed(() => database.query(bare)),
      ];
      if (round < warmUps) continue;
      times.push(ms);
      bareTimes.push(bareMs);
    }
    const figures = [median(times), Math.max(...times), median(bareTimes)];
    rows.push(`| ${name} | ${figures.map((ms) => ms.toFixed(1)).join(' | ')} |`);
    log(rows.at(-1) as string);
  }
  log(`\n| request | p50 ms | slowest of ${repeats}, ms | bare indexed query, p50 ms |`);
  log('| --- | --- | --- | --- |');
  for (const row of rows) log(row);
}

/** Name, path, and the body of a POST. */
function requests(categoryId: number, batchId: string): [string, string, unknown?][] {
  const year = new Date().getUTCFullYear();
  const transactions = (query: string) => `/api/admin/transactions?${query}`;
  return [
    ['transactions, newest', transactions('_end=50')],
    ['… page 100', transactions('_start=4950&_end=5000')],
    ['… by date', transactions('_end=50&_sort=date&_order=desc')],
    ['… by amount', transactions('_end=50&_sort=amount&_order=asc')],
    ['… status completed', transactions('_end=50&status=completed')],
    ['… status failed', transactions('_end=50&status=failed')],
    ['… a category', transactions(`_end=50&category_id=${categoryId}`)],
    ['… a category by amount', transactions(`_end=50&category_id=${categoryId}&_sort=amount`)],
    ['… uncategorized', transactions('_end=50&uncategorized=true')],
    ['… set by hand', transactions('_end=50&category_source=manual')],
    ['… an account', transactions('_end=50&account_id=acc-0001')],
    ['… a currency', transactions('_end=50&currency=GBP')],
    ['… a month', transactions(`_end=50&date_gte=${year}-01-01&date_lte=${year}-01-31`)],
    ['… amounts', transactions('_end=50&amount_gte=-100&amount_lte=-99')],
    ['… a batch', transactions(`_end=50&batch_id=${batchId}`)],
    ['… search, frequent', transactions('_end=50&q=walmart')],
    ['… search, rare', transactions('_end=50&q=zzqx')],
    ['… search in a category', transactions(`_end=50&q=market&category_id=${categoryId}`)],
    ['batches', '/api/admin/batches?_end=25'],
    ['categories', '/api/admin/categories?_end=50'],
    ['patterns', '/api/admin/category-patterns?_end=50'],
    ['accounts', '/api/admin/accounts?q=acc-1'],
    ['uncategorized queue', '/api/admin/uncategorized-groups'],
    ['dashboard, 24 h', '/api/admin/dashboard?days=1'],
    ['dashboard, 7 days', '/api/admin/dashboard?days=7'],
    ['dashboard, 30 days', '/api/admin/dashboard?days=30'],
    ['system', '/api/admin/system'],
    [
      'preview of a pattern',
      '/api/admin/category-patterns/preview',
      { pattern: 'thistle and thread', category_id: categoryId },
    ],
    ['text in the tester', '/api/admin/category-patterns/test', { merchant_name: 'WALMART #12' }],
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
