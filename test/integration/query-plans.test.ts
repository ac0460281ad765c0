import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientBase } from 'pg';
import { ApiKeys } from '../../src/api/api-keys.ts';
import {
  markBatchCompleted,
  markBatchProcessing,
} from '../../src/db/batches/change-batch-status.ts';
import { findStoredTransactions } from '../../src/db/batches/copy-without-duplicates.ts';
import { deleteSomeExpiredIdempotencyKeys } from '../../src/db/batches/delete-some-expired-idempotency-keys.ts';
import { listBatchConflicts } from '../../src/db/batches/list-batch-conflicts.ts';
import { listBatches } from '../../src/db/batches/list-batches.ts';
import { listUnfinishedBatches } from '../../src/db/batches/list-unfinished-batches.ts';
import { countOpenBatches, readOldestOpenBatch } from '../../src/db/batches/read-backlog.ts';
import { loadPatternSet, patternSetVersion } from '../../src/db/categories/pattern-set.ts';
import type { Transaction } from '../../src/db/connection/database.ts';
import type { Batch } from '../../src/db/models/batch.ts';
import { accountSummary } from '../../src/db/reports/account-summary.ts';
import { capturedBetween } from '../../src/db/reports/dashboard.ts';
import { buildSearchRanges } from '../../src/db/search/build-search-ranges.ts';
import { addAccountTotals } from '../../src/db/totals/add-account-totals.ts';
import { findDrift } from '../../src/db/totals/find-drift.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import { exportTransactions } from '../../src/db/transactions/export-transactions.ts';
import { failOpenTransactions } from '../../src/db/transactions/fail-open-transactions.ts';
import { listBatchTransactions } from '../../src/db/transactions/list-batch-transactions.ts';
import { listTransactions } from '../../src/db/transactions/list-transactions.ts';
import { loadOpenTransactions } from '../../src/db/transactions/load-open-transactions.ts';
import { generateApiKey, hashApiKey } from '../../src/domain/api-key.ts';
import { addDays } from '../../src/domain/calendar-date.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { createTestDatabase } from '../helpers/test-database.ts';

/** Enough that a scan of the whole table costs more than an index, as it will ever after. */
const batchCount = 24;
const rowsPerBatch = 1_000;
const accountCount = 40;
/** Batches, keys and answers without rows, of which one in a hundred is of a rare kind. */
const manyCount = 20_000;

const firstPage = {
  offset: 0,
  limit: 25,
  sort: [{ field: 'created_at', direction: 'desc' }],
  filters: [],
  search: null,
} as const;

let api: TestApi;
let batches: Batch[];

beforeAll(async () => {
  api = await startTestApi();
  const { database } = api;
  batches = [];
  for (let index = 0; index < batchCount; index++) {
    const rows = Array.from({ length: rowsPerBatch }, (_, row) =>
      makeTransaction({
        accountId: `account-${row % accountCount}`,
        date: addDays('2025-01-01', (index * rowsPerBatch + row) % 500),
      }),
    );
    batches.push(await insertTestBatch(database, rows));
  }
  await database.raw(
    `INSERT INTO batches (id, transaction_count, duplicate_count, status, created_at, started_at, finished_at)
       SELECT gen_random_uuid(), 0, 0,
              CASE n % 300 WHEN 0 THEN 'pending' WHEN 1 THEN 'processing' WHEN 2 THEN 'failed' ELSE 'completed' END,
              now() - interval '1 hour', now() - interval '1 hour',
              CASE WHEN n % 300 > 1 THEN now() END
         FROM generate_series(1, ?) AS n`,
    [manyCount],
  );
  await database.raw(
    `WITH chosen AS (
       UPDATE batches SET conflict_count = 1 WHERE id IN (SELECT id FROM batches ORDER BY id LIMIT 100) RETURNING id
     )
     INSERT INTO batch_conflicts (batch_id, row_index, account_id, transaction_id, stored_batch_id, fields)
       SELECT id, n, 'account-7', n::text, id, '{amount}' FROM chosen, generate_series(1, 100) AS n`,
  );
  await database.raw(
    `INSERT INTO api_keys (name, prefix, key_hash, scopes)
       SELECT n::text, n::text, sha256(n::text::bytea), '{read}' FROM generate_series(1, ?) AS n`,
    [manyCount],
  );
  await database.raw(
    `INSERT INTO idempotency_keys (lineage_id, key, request_hash, batch_id, response, created_at)
       SELECT (SELECT min(id) FROM api_keys), n::text, '', ?, '{}',
              now() - CASE n % 100 WHEN 0 THEN interval '2 days' ELSE interval '1 hour' END
         FROM generate_series(1, ?) AS n`,
    [(batches[0] as Batch).id, manyCount],
  );
  await database.raw(
    `WITH category AS (
       INSERT INTO categories (name, normalized_name, color) VALUES ('Many', 'many', '#000000') RETURNING id
     )
     INSERT INTO category_patterns (category_id, pattern, normalized_pattern)
       SELECT id, 'pattern ' || n, 'pattern ' || n FROM category, generate_series(1, ?) AS n`,
    [manyCount],
  );
  await database('transactions')
    .where('id', '<=', (batches[20] as Batch).lastTransactionId)
    .update({ ingestion_status: 'completed' });
  // So many that reading them all would take longer than looking some up.
  await database.raw(
    `INSERT INTO daily_totals (account_id, date, currency, category_id, row_count, spend_count, spend, income)
       SELECT 'other-' || n, '2025-03-01', 'USD', 1, 1, 1, -1, 0 FROM generate_series(1, ?) AS n`,
    [manyCount],
  );
  await database.raw('ANALYZE');
}, 60_000);

afterAll(() => api.stop());

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  /** What is looked up in the index; without it all of it is walked through. */
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

/** How PostgreSQL runs the statements that the work sends, with what it sets for them; those that only begin and end are left out. */
async function plansOf(work: () => Promise<unknown>): Promise<PlanNode[][]> {
  const statements: { sql: string; bindings: unknown[] }[] = [];
  const remember = (statement: { sql: string; bindings?: unknown[] }) => {
    if (/^\s*(select|insert|update|delete|with|declare)\b/i.test(statement.sql))
      statements.push({ sql: statement.sql, bindings: statement.bindings ?? [] });
  };
  // What the API asks, and what a test does.
  const databases = [api.limitedDatabase, api.readDatabase, api.database];
  for (const database of databases) database.on('query', remember);
  await work();
  for (const database of databases) database.off('query', remember);

  const connection: ClientBase = await api.database.client.acquireConnection();
  try {
    const plans: PlanNode[][] = [];
    await connection.query('BEGIN');
    for (const { sql, bindings } of statements) {
      if (sql.includes('set_config(')) {
        await connection.query(sql, bindings);
        continue;
      }
      const { rows } = await connection.query(`EXPLAIN (FORMAT JSON) ${sql}`, bindings);
      plans.push(flatten(rows[0]['QUERY PLAN'][0].Plan));
    }
    return plans;
  } finally {
    await connection.query('ROLLBACK');
    await api.database.client.releaseConnection(connection);
  }
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** The indexes that all of the work's statements use, each once. Fails where a table is read from end to end. */
async function indexesOf(work: () => Promise<unknown>, mayScan: string[] = []): Promise<string[]> {
  const nodes = (await plansOf(work)).flat();
  const scanned = nodes
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name'] as string)
    .filter((table) => !mayScan.includes(table));
  expect(scanned).toEqual([]);
  return [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort();
}

/** A batch with its rows, none of them completed. */
const openBatch = () => batches.at(-1) as Batch;
const rangeOf = (batch: Batch) => ({
  batchId: batch.id,
  firstId: batch.firstTransactionId as number,
  lastId: batch.lastTransactionId as number,
});
/** A part of the rows, so that what is left open stays. */
const undone = async (work: (trx: Transaction) => Promise<unknown>) => {
  const trx = await api.database.transaction();
  await work(trx);
  await trx.rollback();
};

describe('an index serves', () => {
  it.each([null, 'USD'])('the summary of an account (currency %p)', async (currency) => {
    const query = {
      accountId: 'account-7',
      startDate: '2025-03-01',
      endDate: '2025-03-30',
      currency,
    };
    const work = () => accountSummary(api.database, query);
    // Categories and large accounts are few.
    const mayScan = ['categories', 'accounts_with_totals'];
    expect(await indexesOf(work, mayScan)).toContain('transactions_account_date');

    await addAccountTotals(api.database, ['account-7']);
    await api.database('batches').update({ is_in_totals: true }).where({ status: 'completed' });
    await api.database.raw('ANALYZE');
    const indexes = await indexesOf(work, mayScan);
    expect(indexes).toContain('daily_totals_account_id_date_currency_category_id_key');
    expect(indexes).toContain('batches_outside_totals');
    await api.database('batches').update({ is_in_totals: false });
    await api.database('accounts_with_totals').delete();
    await api.database('daily_totals').where('account_id', 'account-7').delete();
  });

  it('the rows of a batch, from the first and from a later one on', async () => {
    const batch = openBatch();
    const afterIds = [null, (batch.firstTransactionId as number) + 500];
    for (const afterId of afterIds) {
      const work = () => listBatchTransactions(api.database, batch, afterId, 101);
      // Categories are few.
      expect(await indexesOf(work, ['categories'])).toContain('transactions_pkey');
      const nodes = (await plansOf(work)).flat();
      const range = nodes.find((node) => node['Index Name'] === 'transactions_pkey');
      expect(range?.['Index Cond']).toMatch(/id > .* AND .*id <= /);
    }
  });

  it('a batch, and its way through processing', async () => {
    const { id } = openBatch();
    const work = () =>
      undone(async (trx) => {
        await markBatchProcessing(trx, id, 'run-1');
        await markBatchCompleted(trx, id);
      });
    // Either has the id in it.
    for (const index of await indexesOf(work))
      expect(['batches_pkey', 'batches_status']).toContain(index);
  });

  it('the list of batches, newest first', async () => {
    const path = '/api/integrations/batches';
    const first = await api.get(path);
    expect(await indexesOf(() => api.get(path))).toEqual(['batches_created']);
    const next = () => api.get(`${path}?cursor=${first.body.next_cursor}`);
    // By its key, the batch that the page before ended with.
    expect(await indexesOf(next)).toEqual(['batches_created', 'batches_pkey']);
  });

  it('the list of batches of the console, newest first', async () => {
    const list = () => listBatches(api.readDatabase, firstPage);
    expect((await plansOf(list)).at(0)?.map((node) => node['Index Name'])).toContain(
      'batches_created',
    );
  });

  it('the batches of a period, and those that ended within the last hour', async () => {
    const until = new Date();
    // A period in which a few of all batches arrived.
    const since = new Date(until.getTime() - 600_000);
    const captured = () => capturedBetween(api.readDatabase, since, until);
    expect(await indexesOf(captured)).toEqual(['batches_created']);
  });

  it.each(['pending', 'processing', 'failed'])(
    'the list of batches that are %s',
    async (status) => {
      const path = `/api/integrations/batches?status=${status}&limit=10`;
      const first = await api.get(path);
      expect(await indexesOf(() => api.get(path))).toEqual(['batches_status']);
      const next = () => api.get(`${path}&cursor=${first.body.next_cursor}`);
      expect(await indexesOf(next)).toEqual(['batches_pkey', 'batches_status']);
    },
  );

  it('the list of batches with conflicts, and the conflicts of one', async () => {
    const list = '/api/admin/batches?conflict_count_gte=1&_start=0&_end=25';
    const { body } = await api.get(list);
    expect(await indexesOf(() => api.get(list))).toEqual(['batches_with_conflicts']);
    const work = () => listBatchConflicts(api.database, { id: body[0].id, conflictCount: 1 });
    expect(await indexesOf(work)).toEqual(['batch_conflicts_pkey']);
  });

  it('the look-up of rows that are stored already', async () => {
    const rows = Array.from({ length: 500 }, () => makeTransaction({ accountId: 'account-7' }));
    const work = () => undone((trx) => findStoredTransactions(trx, rows));
    expect(await indexesOf(work)).toEqual(['transactions_transaction_id_account_id_key']);
  });

  it('the rows of a range that are not completed', async () => {
    const work = () => loadOpenTransactions(api.database, [rangeOf(openBatch())]);
    expect(await indexesOf(work)).toEqual(['transactions_pkey']);
  });

  it('their completion', async () => {
    const batch = openBatch();
    const rows = await loadOpenTransactions(api.database, [rangeOf(batch)]);
    const work = () =>
      undone((trx) =>
        completeTransactions(
          trx,
          [batch.id],
          rows.map(({ id }) => ({ id, match: null })),
        ),
      );
    expect(await indexesOf(work)).toEqual(['batches_pkey', 'transactions_pkey']);
  });

  it('the mark that they failed', async () => {
    const work = () => undone((trx) => failOpenTransactions(trx, rangeOf(openBatch())));
    expect(await indexesOf(work)).toEqual(['transactions_pkey']);
  });

  it.each(['pending', 'processing'] as const)(
    'the sweep that looks for batches that are %s',
    async (status) => {
      const work = () => listUnfinishedBatches(api.database, status, 60, 10);
      expect(await indexesOf(work, ['dead_letters'])).toEqual(['api_keys_pkey', 'batches_status']);
    },
  );

  it('the backlog that metrics show', async () => {
    expect(await indexesOf(() => countOpenBatches(api.readDatabase))).toEqual(['batches_status']);
    expect(await indexesOf(() => readOldestOpenBatch(api.readDatabase))).toEqual(['batches_open']);
  });

  it('the answers that have expired', async () => {
    const work = () => undone(deleteSomeExpiredIdempotencyKeys);
    expect(await indexesOf(work)).toEqual(['idempotency_keys_created_at']);
  });

  it('the list of batches for a key that is bound to accounts', async () => {
    const key = generateApiKey();
    const [bound] = await api
      .database('api_keys')
      .insert({
        name: 'a branch',
        prefix: 'branch',
        key_hash: hashApiKey(key),
        scopes: ['read'],
        account_prefixes: ['account-7'],
      })
      .returning('id');
    await api.database.raw(
      `INSERT INTO batches (id, transaction_count, duplicate_count, bound_lineage_id)
         SELECT gen_random_uuid(), 0, 0, ? FROM generate_series(1, 200)`,
      [bound.id],
    );
    await api.database.raw('ANALYZE batches');
    const path = '/api/integrations/batches?limit=10';
    const asKey = { Authorization: `Bearer ${key}` };
    const first = await api.get(path, asKey);
    expect(first.body.data).toHaveLength(10);
    const next = () => api.get(`${path}&cursor=${first.body.next_cursor}`, asKey);
    const failed = () => api.get(`${path}&status=failed`, asKey);
    for (const work of [() => api.get(path, asKey), next, failed])
      expect(await indexesOf(work)).toContain('batches_bound_lineage');
  });

  it('the API key of a request', async () => {
    const key = generateApiKey();
    await api
      .database('api_keys')
      .insert({ name: 'test', prefix: 'test', key_hash: hashApiKey(key), scopes: ['read'] });
    const work = () => new ApiKeys(api.database).find(key);
    expect(await indexesOf(work)).toEqual(['api_keys_key_hash_key', 'api_keys_pkey']);
  });
});

it('a recount holds no row against each batch, also where there are no statistics, as after a restore', async () => {
  await api.database.raw(
    `SELECT pg_clear_attribute_stats('public', 'transactions', name, false) FROM unnest('{category_id,category_source}'::text[]) AS name`,
  );
  const plans = await plansOf(() => findDrift(api.database));
  await api.database.raw('ANALYZE transactions');
  const ofBatches = plans.filter((nodes) =>
    nodes.some((node) => node['Relation Name'] === 'batches'),
  );
  expect(ofBatches.length).toBeGreaterThan(4);
  for (const nodes of ofBatches)
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Nested Loop');
});

describe('the list of transactions', () => {
  const base = '/api/admin/transactions?_end=50';
  const reads = async (query: string) =>
    (await plansOf(() => api.get(`${base}&${query}`)))
      .flat()
      .filter((node) => node['Relation Name'] === 'transactions')
      .map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`.trim());

  it.each([
    ['', 'transactions_pkey'],
    ['account_id=account-7', 'transactions_account_date'],
    ['account_id=account-7&_sort=amount&q=x', 'transactions_account_date'],
    ['transaction_id=x', 'transactions_transaction_id_account_id_key'],
    ['_sort=date&_order=desc', 'transactions_date'],
    ['_sort=date&_order=asc', 'transactions_date'],
    ['date_gte=2025-02-01&date_lte=2025-02-03', 'transactions_date'],
  ])('finds ?%s by an index', async (query, index) => {
    const mayScan = ['categories', 'batches', 'accounts_with_totals'];
    expect(await indexesOf(() => api.get(`${base}&${query}`), mayScan)).toContain(index);
  });

  it('finds the rows of a batch within its block of ids', async () => {
    const { id } = openBatch();
    const work = () => api.get(`${base}&batch_id=${id}&uncategorized=true`);
    expect(await indexesOf(work, ['categories', 'batches'])).toContain('transactions_pkey');
  });

  it('finds the rows that failed within the blocks of their batches', async () => {
    const work = () =>
      undone(async (trx) => {
        await trx('batches').where({ id: openBatch().id }).update({ status: 'failed' });
        await listTransactions(trx, {
          offset: 0,
          limit: 50,
          sort: [{ field: 'id', direction: 'desc' }],
          filters: [{ field: 'status', operator: 'eq', values: ['failed'] }],
          search: null,
        });
      });
    expect(await indexesOf(work, ['categories', 'batches'])).toContain('transactions_pkey');
  });

  it.each(['q=x', 'amount_gte=1000', 'currency=XXX'])(
    'reads the table once for page and count of ?%s',
    async (query) => {
      expect((await reads(query)).filter((scan) => scan === 'Seq Scan')).toHaveLength(1);
    },
  );

  it('counts to 1,000, says where there are more, and has a page behind each', async () => {
    const total = async (query: string) => {
      const { headers } = await api.get(`/api/admin/transactions?${query}`);
      return [headers.get('x-total-count'), headers.get('x-total-count-capped')];
    };
    expect(await total('uncategorized=true&_end=50')).toEqual(['1000', 'true']);
    expect(await total('uncategorized=true&_start=950&_end=1000')).toEqual(['1050', 'true']);
    expect(await total('uncategorized=true&_start=23950&_end=24000')).toEqual(['24000', null]);
    expect(await total('uncategorized=true&_start=24000&_end=24050')).toEqual(['24000', null]);
    expect(await total('account_id=account-7')).toEqual(['600', null]);
    expect(await total('_end=50')).toEqual(['24000', null]);
  });

  it('is content with the newest rows where they fill the page', async () => {
    const { database } = api;
    await database('transactions')
      .where('account_id', 'account-7')
      .update({ merchant_name: 'Zoo' });
    await database.raw(`SELECT setval('transactions_id_seq', max(id) + 200000) FROM transactions`);
    const newest = await insertTestBatch(
      database,
      Array.from({ length: 120 }, () => makeTransaction({ merchantName: 'Zoo' })),
    );
    const list = async (query: string) => {
      const { headers, body } = await api.get(`/api/admin/transactions?${query}`);
      const ids = (body as { id: number }[]).map(({ id }) => id);
      return [
        ids[0],
        ids.length,
        headers.get('x-total-count'),
        headers.get('x-total-count-capped'),
      ];
    };
    const last = newest.lastTransactionId as number;
    expect(await list('q=zoo&_end=50')).toEqual([last, 50, '120', 'true']);
    expect(await list('q=zoo&_start=50&_end=100')).toEqual([last - 50, 50, '120', 'true']);
    // Without one more row nobody knows whether there is another page.
    expect(await list('q=zoo&_end=120')).toEqual([last, 120, '720', null]);
    expect(await list('q=zoo&_start=100&_end=150')).toEqual([last - 100, 50, '720', null]);
  });

  it.each([
    ['_sort=amount&_order=asc', 'category_ranges'],
    ['_sort=amount&_order=desc', 'category_ranges'],
    ['uncategorized=true&_sort=amount&_order=asc', 'category_ranges'],
    ['uncategorized=true&_sort=amount&_order=desc', 'category_ranges'],
    ['category_source=manual', 'category_ranges'],
    ['category_source=llm', 'decision_ranges'],
    ['needs_review=true', 'decision_ranges'],
    ['needs_review=true&_sort=amount', 'decision_ranges'],
    ['q=nowhere', 'text_ranges'],
  ])('finds ?%s by ranges', async (query, table) => {
    await expectFoundByRanges(() => api.get(`${base}&${query}`), table);
  });

  it('is exported by ranges where these lead to all that match', async () => {
    const manual = { field: 'category_source', operator: 'eq', values: ['manual'] } as const;
    const sort = [{ field: 'id', direction: 'desc' }] as const;
    const query = { sort, filters: [manual], search: null };
    const work = () => Array.fromAsync(exportTransactions(api.database, query, 10_000));
    await expectFoundByRanges(work, 'category_ranges');
  });
});

async function expectFoundByRanges(work: () => Promise<unknown>, table: string): Promise<void> {
  const { database } = api;
  await database('batches').update({ status: 'completed' });
  while (await buildSearchRanges(database));
  await database.raw('ANALYZE category_ranges, decision_ranges, text_ranges, batches');
  // Ranges are read from end to end: there are few beside the rows that they stand for.
  const mayScan = ['categories', 'batches', 'category_ranges', 'decision_ranges', 'text_ranges'];
  expect(await indexesOf(work, mayScan)).toContain('transactions_pkey');
  const found = (await plansOf(work)).findLast((nodes) =>
    nodes.some((node) => node['Index Name'] === 'transactions_pkey'),
  );
  expect(found?.map((node) => node['Relation Name'])).toContain(table);
  // Of the rows without ranges.
  expect(found?.map((node) => node['Index Name'])).toContain('batches_without_ranges');
}

describe('plans that were made while tables were small', () => {
  it('are no reason to read all batches whenever one is stored', async () => {
    await using disposal = new AsyncDisposableStack();
    const test = await createTestDatabase();
    disposal.defer(() => test.drop());
    await test.database.transaction(async (trx) => {
      const store = () => insertTestBatch(trx, [makeTransaction()]);
      const scans = async () =>
        (await trx('pg_stat_xact_user_tables').where('relname', 'batches').first()).seqScan;
      await store();
      await trx.raw('ANALYZE batches');
      // After some times PostgreSQL keeps the plan of a statement in a function.
      for (let times = 0; times < 10; times++) await store();
      await trx.raw(
        `INSERT INTO batches (id, transaction_count, duplicate_count)
           SELECT gen_random_uuid(), 0, 0 FROM generate_series(1, 1000)`,
      );
      const before = await scans();
      await store();
      expect(await scans()).toBe(before);
    });
  });
});

describe('the pattern set', () => {
  const tablesOf = async (work: () => Promise<unknown>) =>
    (await plansOf(work)).flat().flatMap((node) => node['Relation Name'] ?? []);

  it('has its version in one row, whatever the number of patterns', async () => {
    expect(await tablesOf(() => patternSetVersion(api.database))).toEqual(['pattern_set']);
    expect(await api.database('pattern_set')).toHaveLength(1);
  });

  it('is loaded by reading every pattern once', async () => {
    const tables = await tablesOf(() => loadPatternSet(api.database));
    expect(tables.sort()).toEqual(['category_patterns', 'pattern_set']);
  });
});

describe('the proof itself', () => {
  it('notices a table that is read from end to end', async () => {
    const work = async () => api.database('transactions').where('amount', '<', -1_000_000);
    await expect(indexesOf(work)).rejects.toThrow('transactions');
  });
});
