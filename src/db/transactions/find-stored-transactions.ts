import type { NewTransaction } from '../../domain/transaction.ts';
import type { Transaction } from '../connection/database.ts';

/** Joins what makes a row unique; NUL can't occur in either part. */
export const transactionKey = (row: { accountId: string; transactionId: string }): string =>
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
