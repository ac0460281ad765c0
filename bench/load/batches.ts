import { iterateTransactions, type SampleTransaction } from '../../samples/generate-batch.ts';

/** Generating realistic rows takes longer than storing them, so they are generated once and get new ids each time. */
const poolRows = 100_000;

export interface RowOptions {
  /** The number of accounts of the rows. */
  accounts?: number;
  days?: number;
  /** All rows belong to this account. */
  accountId?: string;
}

/** A row together with its JSON without the first field, the transaction id. */
interface PoolRow extends SampleTransaction {
  jsonTail: string;
}

const pools = new Map<string, PoolRow[]>();
/** Makes the ids of processes that load the same stack different. */
const run = process.pid.toString(36);
let lastBatch = 0;

/**
 * Returns at most 100,000 rows in the order of their dates, with ids that no earlier batch of this run had.
 * Successive batches contain different rows as long as there are enough.
 */
export function newRows(count: number, options: RowOptions = {}): PoolRow[] {
  const pool = poolOf(options);
  if (count > pool.length) throw new RangeError(`a batch has at most ${pool.length} rows`);
  const batch = ++lastBatch;
  const step = Math.floor(pool.length / count);
  return Array.from({ length: count }, (_, index) => ({
    ...(pool[index * step + (batch % step)] as PoolRow),
    transaction_id: `txn-${run}-${batch}-${index}`,
  }));
}

function poolOf({ accounts = 2_000, days = 365, accountId }: RowOptions): PoolRow[] {
  const key = `${accounts} ${days} ${accountId}`;
  const pool =
    pools.get(key) ??
    iterateTransactions({ count: poolRows, accounts, days })
      .map((row) => toPoolRow(accountId === undefined ? row : { ...row, account_id: accountId }))
      .toArray();
  pools.set(key, pool);
  return pool;
}

function toPoolRow(row: SampleTransaction): PoolRow {
  const { transaction_id: _, ...others } = row;
  return { ...row, jsonTail: JSON.stringify(others).slice(1) };
}

const toJson = ({ transaction_id, jsonTail }: PoolRow): string =>
  `{"transaction_id":"${transaction_id}",${jsonTail}`;

/** Returns a request body. */
export function toBody(rows: readonly PoolRow[]): Buffer {
  return Buffer.from(`{"transactions":[${rows.map(toJson).join(',')}]}`);
}

/** Returns batches of the same size. */
export function newBatches(batchCount: number, rowCount: number): PoolRow[][] {
  return Array.from({ length: batchCount }, () => newRows(rowCount));
}

/** Yields rows as NDJSON, a part at a time, so that a million rows need little memory. */
export function* ndjsonLines(rowCount: number): Generator<string> {
  for (let done = 0; done < rowCount; done += poolRows)
    yield newRows(Math.min(poolRows, rowCount - done))
      .map((row) => `${toJson(row)}\n`)
      .join('');
}
