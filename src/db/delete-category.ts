import type { Database } from './database.ts';

/** A category may have millions of rows to let go of, at some 100,000 a second; other requests need far less. */
const statementTimeoutMs = 10 * 60_000;

/**
 * Deletes a category with its patterns. A trigger uncategorizes its rows, and corrects the counts of
 * their batches. False when there is no such category.
 */
export async function deleteCategory(database: Database, id: number): Promise<boolean> {
  return database.transaction(async (trx) => {
    await trx.raw(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
    // One at a time: two would correct the counts of the same batches in no certain order, and deadlock.
    await trx.raw(`SELECT pg_advisory_xact_lock('categories'::regclass::oid::bigint)`);
    return (await trx('categories').where({ id }).delete()) > 0;
  });
}
