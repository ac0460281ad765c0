import type { ClientBase } from 'pg';
import { ApiError } from '../../domain/errors.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import type { Transaction } from '../connection/database.ts';
import { isContention, isLockTimeout, isUniqueViolation } from '../connection/errors.ts';
import { copyTransactions } from './copy-transactions.ts';
import { maxLockWait } from './insert-small-batch.ts';

/**
 * How often a part is copied again, each time without the rows that others stored meanwhile. Two
 * clients that post the same rows at once need two; more means a flood of the same rows.
 */
const maxCopyAttempts = 8;

/**
 * How long rows in an order of their own wait for the rows of others. That may be a deadlock, which PostgreSQL would look
 * for after a second, and again with each of several clients that send the same rows.
 */
const lockWaitOutOfOrder = '500ms';

/** A stream that holds the rows may take minutes. */
const retryAfterSeconds = 5;

/** The error of a batch whose rows another transaction holds for longer than may be waited. */
export const sameRowsElsewhere = (cause: unknown): ApiError =>
  new ApiError(
    'overloaded',
    'Another request is storing the same transactions at this moment. Nothing was stored; try again.',
    // A client that sends the same rows twice at once brings it about at will.
    { retryAfterSeconds, isOwnDoing: true, cause },
  );

/**
 * Copies the rows of a part under the ids from `firstId` on, without duplicates. Most batches hold none, so the rows
 * are copied straight into the table; only when that fails are the stored ones looked up and left out
 * (docs/decisions/0002). Repeats within the part are left out on the way, while the database is busy with the rows
 * before them. Returns the indexes of the duplicates.
 */
export async function copyWithoutDuplicates(
  trx: Transaction,
  batchId: string,
  firstId: number,
  rows: readonly NewTransaction[],
): Promise<number[]> {
  const client = (await trx.client.acquireConnection()) as ClientBase;
  const storedKeys = new Set<string>();
  let order: readonly number[] | null = null;
  for (let attempt = 1; ; attempt++) {
    const duplicates: number[] = [];
    await trx.raw(
      order === null
        ? `SAVEPOINT copy_part; SET LOCAL lock_timeout = '${lockWaitOutOfOrder}'`
        : `SAVEPOINT copy_part; SET LOCAL lock_timeout = '${maxLockWait}'`,
    );
    try {
      await copyTransactions(
        client,
        batchId,
        firstId,
        newRows(rows, order, storedKeys, duplicates),
      );
      await trx.raw(`RELEASE SAVEPOINT copy_part; SET LOCAL lock_timeout = '${maxLockWait}'`);
      return duplicates.sort((one, other) => one - other);
    } catch (error) {
      const isHeldUp = isContention(error) || (isLockTimeout(error) && order === null);
      if (!isUniqueViolation(error) && !isHeldUp) throw error;
      if (attempt === maxCopyAttempts) throw sameRowsElsewhere(error);
      await trx.raw('ROLLBACK TO SAVEPOINT copy_part');
      // Those that wait in the same order meet no deadlock.
      if (isHeldUp) order ??= keyOrder(rows);
      const others = rows.filter((row) => !storedKeys.has(transactionKey(row)));
      for (const key of await findStoredTransactions(trx, others)) storedKeys.add(key);
    }
  }
}

/** The indexes of rows in the order of their keys; of rows with the same key the first one comes first. */
function keyOrder(rows: readonly NewTransaction[]): number[] {
  const keys = rows.map(transactionKey);
  const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));
  return rows
    .map((_, index) => index)
    .sort((one, other) => compare(keys[one] as string, keys[other] as string));
}

/**
 * Yields the rows that are not stored yet, in their own or the given order, and of rows with the same key the first.
 * Adds the indexes of all others to `duplicates`. Transaction ids seldom repeat, so they alone tell most rows apart:
 * joining each with its account id would cost more than the lookup.
 */
function* newRows(
  rows: readonly NewTransaction[],
  order: readonly number[] | null,
  storedKeys: ReadonlySet<string>,
  duplicates: number[],
): Generator<NewTransaction> {
  const accountOfId = new Map<string, string>();
  /** Keys of rows whose transaction id stands in another account's row too. */
  const others = new Set<string>();
  const isRepeat = (row: NewTransaction): boolean => {
    const account = accountOfId.get(row.transactionId);
    if (account === undefined) accountOfId.set(row.transactionId, row.accountId);
    else {
      if (account === row.accountId) return true;
      const sizeBefore = others.size;
      return others.add(transactionKey(row)).size === sizeBefore;
    }
    return false;
  };
  for (let place = 0; place < rows.length; place++) {
    const index = order === null ? place : (order[place] as number);
    const row = rows[index] as NewTransaction;
    if ((storedKeys.size > 0 && storedKeys.has(transactionKey(row))) || isRepeat(row))
      duplicates.push(index);
    else yield row;
  }
}

/** Joins what makes a row unique; NUL can't occur in either part. */
const transactionKey = (row: { accountId: string; transactionId: string }): string =>
  `${row.accountId}\0${row.transactionId}`;

/** The keys of those rows that are stored already. */
export async function findStoredTransactions(
  trx: Transaction,
  rows: readonly NewTransaction[],
): Promise<Set<string>> {
  const result = await trx.raw<{ rows: { accountId: string; transactionId: string }[] }>(
    `SELECT account_id AS "accountId", transaction_id AS "transactionId"
       FROM unnest(?::text[], ?::text[]) AS given (account_id, transaction_id)
       JOIN transactions USING (account_id, transaction_id)`,
    [rows.map((row) => row.accountId), rows.map((row) => row.transactionId)],
  );
  return new Set(result.rows.map(transactionKey));
}
