import type { Knex } from 'knex';

/**
 * A transaction is found by its own id alone, and a day's without reading the table
 * (docs/decisions/0011). Ids of one client mostly ascend, so that new ones lie side by side in this order.
 *
 * Reading and writing go on meanwhile, which takes a few seconds a million rows. What a run that was
 * broken off has left is done again.
 */
export const config = { transaction: false };

const uniqueOfAccount = 'transactions_account_id_transaction_id_key';
const uniqueOfId = 'transactions_transaction_id_account_id_key';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS transactions_date');
  await knex.raw('CREATE INDEX CONCURRENTLY transactions_date ON transactions (date, id)');
  await replaceUnique(knex, uniqueOfAccount, uniqueOfId, 'transaction_id, account_id');
}

export async function down(knex: Knex): Promise<void> {
  await replaceUnique(knex, uniqueOfId, uniqueOfAccount, 'account_id, transaction_id');
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS transactions_date');
}

/** At no time is there none of the two. */
async function replaceUnique(
  knex: Knex,
  former: string,
  next: string,
  columns: string,
): Promise<void> {
  const { rows } = await knex.raw('SELECT FROM pg_constraint WHERE conname = ?', [former]);
  if (rows.length === 0) return;
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS ??', [next]);
  await knex.raw(`CREATE UNIQUE INDEX CONCURRENTLY ?? ON transactions (${columns})`, [next]);
  await knex.raw(
    'ALTER TABLE transactions DROP CONSTRAINT ??, ADD CONSTRAINT ?? UNIQUE USING INDEX ??',
    [former, next, next],
  );
}
