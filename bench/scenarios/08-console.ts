import { interleave, type Rounds } from '../interleave.ts';
import { toBody } from '../load/batches.ts';
import { accounts, ensureLargeTable, mixedRows } from '../load/fill.ts';
import { alone, compared, type Measurement } from '../measurement.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';

const rounds: Rounds = { warmUps: 2, repeats: 9 };
const listTarget = { atMost: 2, allowance: 20 };
const maxSearchMs = 300;
const maxPageMs = 500;
const rowsSetByHand = 500;
const newestRows = 100_000;

export const consolePages: Scenario = {
  number: 8,
  title: "The console's lists, queue and dashboard",
  run: async (bench) => {
    const { api, stack } = bench;
    await ensureLargeTable(bench);
    // Scenario 6 ends with many rows of a single account, which is not what admins see last.
    await api.postBatch(toBody(mixedRows(newestRows)));
    await stack.whenAtRest();
    const measurements: Measurement[] = [];
    await setByHand(bench);
    for (const list of await listsOf(bench)) measurements.push(await measureList(bench, list));
    for (const { name, path } of await searchesOf(bench))
      measurements.push(
        await measurePage(`transactions ${name}`, { atMost: maxSearchMs }, () => api.get(path)),
      );
    for (const { name, path } of pages)
      measurements.push(await measurePage(name, { atMost: maxPageMs }, () => api.get(path)));
    measurements.push(
      await measurePage('preview of a pattern', null, () => api.post(previewPath, preview)),
    );
    return {
      measurements,
      notes: [
        `Over ${bench.rowCount.toLocaleString('en')} transactions; the requests are those of the console. Beside each list: the rows of the same page, read by their primary key.`,
      ],
    };
  },
};

interface List {
  name: string;
  path: string;
  /** Where its entries are read from by their ids. */
  source: Source;
}

interface Source {
  table: string;
  key: string;
  type: 'bigint' | 'integer' | 'uuid' | 'text';
}

const transactionSource: Source = { table: 'transactions', key: 'id', type: 'bigint' };
const batchSource: Source = { table: 'batches', key: 'id', type: 'uuid' };
const categorySource: Source = { table: 'categories', key: 'id', type: 'integer' };
const patternSource: Source = { table: 'category_patterns', key: 'id', type: 'integer' };
const accountSource: Source = { table: 'transactions', key: 'account_id', type: 'text' };

const pages = [
  { name: 'uncategorized queue', path: '/api/admin/uncategorized-groups' },
  { name: 'dashboard, 24 hours', path: '/api/admin/dashboard?days=1' },
  { name: 'dashboard, 7 days', path: '/api/admin/dashboard?days=7' },
  { name: 'dashboard, 30 days', path: '/api/admin/dashboard?days=30' },
];
const previewPath = '/api/admin/category-patterns/preview';
const preview = { pattern: 'thistle and thread', category_id: null };

const groceriesId = async ({ api }: Bench) =>
  (await api.get<{ id: number }[]>('/api/admin/categories?name=Groceries'))[0]?.id;

/** Rows all over the table. */
export async function setByHand(bench: Bench): Promise<void> {
  const { rows } = await bench.database.query<{ id: string }>(
    'SELECT id FROM transactions WHERE id % (SELECT max(id) / $1 FROM transactions) = 0 LIMIT $1',
    [rowsSetByHand],
  );
  await bench.api.post('/api/admin/transactions/bulk-set-category', {
    ids: rows.map(({ id }) => Number(id)),
    category_id: await groceriesId(bench),
  });
}

/** Lists that no index leads to. */
export async function searchesOf(bench: Bench): Promise<{ name: string; path: string }[]> {
  const category = await groceriesId(bench);
  return Object.entries({
    'of the smallest amounts': '_sort=amount&_order=asc',
    'of the largest amounts': '_sort=amount&_order=desc',
    'of a category by amount': `category_id=${category}&_sort=amount`,
    'between two amounts': 'amount_gte=-100&amount_lte=-99',
    'set by hand': 'category_source=manual',
    'with a frequent word': 'q=walmart',
    'with a rare word': 'q=zzqx',
    'with a word in a category': `q=market&category_id=${category}`,
  }).map(([name, query]) => ({ name, path: `/api/admin/transactions?_end=50&${query}` }));
}

async function listsOf(bench: Bench): Promise<List[]> {
  const { database } = bench;
  const category = await groceriesId(bench);
  const { rows } = await database.query<{ batch: string; transaction: string }>(
    `SELECT batch_id AS batch, transaction_id AS transaction FROM transactions
      ORDER BY id DESC OFFSET 1000 LIMIT 1`,
  );
  const transactions = (name: string, query: string) => ({
    name: `transactions ${name}`,
    path: `/api/admin/transactions?${query}`,
    source: transactionSource,
  });
  const list = (name: string, path: string, source: Source) => ({
    name,
    path: `/api/admin/${path}`,
    source,
  });
  const year = new Date().getUTCFullYear();
  return [
    transactions('newest', '_end=50'),
    transactions('oldest', '_end=50&_sort=id&_order=asc'),
    transactions('page 100', '_start=4950&_end=5000'),
    transactions('latest by date', '_end=50&_sort=date&_order=desc'),
    transactions('earliest by date', '_end=50&_sort=date&_order=asc'),
    ...['pending', 'processing', 'completed', 'failed'].map((status) =>
      transactions(status, `_end=50&status=${status}`),
    ),
    transactions('of a category', `_end=50&category_id=${category}`),
    transactions('without a category', '_end=50&uncategorized=true'),
    transactions('of a small account', `_end=50&account_id=${accounts.small.id}`),
    transactions('of a large account', `_end=50&account_id=${accounts.large.id}`),
    transactions('of an account by date', `_end=50&account_id=${accounts.large.id}&_sort=date`),
    transactions('in a currency', '_end=50&currency=GBP'),
    transactions('of a month', `_end=50&date_gte=${year}-01-01&date_lte=${year}-01-31`),
    transactions('of a batch', `_end=50&batch_id=${rows[0]?.batch}`),
    transactions('by their id', `_end=50&transaction_id=${rows[0]?.transaction}`),
    list('batches, newest', 'batches?_end=25', batchSource),
    list('batches, largest', 'batches?_end=25&_sort=transaction_count', batchSource),
    list('batches, completed', 'batches?_end=25&status=completed', batchSource),
    list('batches, failed', 'batches?_end=25&status=failed', batchSource),
    list('categories', 'categories?_end=50', categorySource),
    list('categories by use', 'categories?_end=50&_sort=transaction_count', categorySource),
    list('patterns', 'category-patterns?_end=50', patternSource),
    list('patterns, search', 'category-patterns?_end=50&q=market', patternSource),
    list('accounts', 'accounts?q=acc-1', accountSource),
  ];
}

async function measureList(
  { api, database }: Bench,
  { name, path, source: { table, key, type } }: List,
): Promise<Measurement> {
  const entries = await api.get<{ id: string | number }[]>(path);
  const sameRows = {
    name: `by ${table}.${key}`,
    text: `SELECT * FROM ${table} WHERE ${key} = ANY ($1::${type}[]) LIMIT $2`,
    values: [entries.map(({ id }) => id), entries.length],
  };
  const { figures, limits } = await interleave(
    rounds,
    () => {},
    () => timed(() => api.get(path)),
    () => timed(() => database.query(sameRows)),
  );
  return compared(
    name,
    'ms',
    figures,
    { name: 'the same rows by their key', values: limits },
    listTarget,
  );
}

async function measurePage(
  name: string,
  target: { atMost: number } | null,
  ask: () => Promise<unknown>,
): Promise<Measurement> {
  const times: number[] = [];
  for (let round = 0; round < rounds.warmUps + rounds.repeats; round++)
    times.push(await timed(ask));
  return alone(name, 'ms', times.slice(rounds.warmUps), target);
}
