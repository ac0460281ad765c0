import type { Bench } from '../scenario.ts';
import { newRows, toBody } from './batches.ts';
import { runInParallel } from './run-in-parallel.ts';

const rowsPerBatch = 50_000;
/** One client generates a batch while the other one stores one. */
const clients = 2;

/** Accounts of a known size in the large table, as shares of its rows. */
export const accounts = {
  small: { id: 'acc-small', share: 1 / 5_000 },
  medium: { id: 'acc-medium', share: 1 / 50 },
  large: { id: 'acc-large', share: 1 / 5 },
} as const;

export type AccountSize = keyof typeof accounts;

export const accountRows = ({ rowCount }: Bench, size: AccountSize): number =>
  Math.round(rowCount * accounts[size].share);

/**
 * Empties the stack and fills it through the API and the worker: with `otherRows` rows, a fifth of which belong to the
 * large account, and with the rows of the small and the medium account.
 */
export async function fillTable(bench: Bench, otherRows: number): Promise<void> {
  const { api, stack, database, log } = bench;
  await stack.reset();
  const startedAt = performance.now();
  const parts = (total: number) =>
    Array.from({ length: Math.ceil(total / rowsPerBatch) }, (_, index) =>
      Math.min(rowsPerBatch, total - index * rowsPerBatch),
    );
  await api.postBatch(toBody(rowsOf('small', accountRows(bench, 'small'))));
  for (const count of parts(accountRows(bench, 'medium')))
    await api.postBatch(toBody(rowsOf('medium', count)));
  await runInParallel(clients, parts(otherRows), (count) =>
    api.postBatch(toBody(mixedRows(count))),
  );
  await stack.whenAtRest();
  await database.query('VACUUM ANALYZE');
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  log(`${otherRows.toLocaleString('en')} rows posted and processed in ${seconds} s`);
}

const rowsOf = (size: AccountSize, count: number) =>
  newRows(count, { accounts: 1, accountId: accounts[size].id });

/** Returns rows of many accounts. A fifth of them, evenly spread, belong to the large account. */
export function mixedRows(count: number): ReturnType<typeof newRows> {
  const large = rowsOf('large', Math.round(count * accounts.large.share));
  const others = newRows(count - large.length);
  const othersEach = others.length / large.length;
  return large.flatMap((row, index) => [
    row,
    ...others.slice(Math.round(index * othersEach), Math.round((index + 1) * othersEach)),
  ]);
}

/** Fills the stack to the size of a large table, unless it already has that size. */
export async function ensureLargeTable(bench: Bench): Promise<void> {
  const { rows } = await bench.database.query<{ isFilled: boolean }>(
    `SELECT coalesce(sum(transaction_count), 0) >= $1
            AND EXISTS (SELECT FROM transactions WHERE account_id = $2) AS "isFilled"
       FROM batches`,
    [bench.rowCount, accounts.large.id],
  );
  if (!rows[0]?.isFilled) await fillTable(bench, bench.rowCount);
}
