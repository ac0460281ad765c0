import type { Knex } from 'knex';

/**
 * All advisory locks have two numbers, of which the first one is Tallyflow's own (src/db/advisory-locks.ts).
 * Until now they had one, the id of a table, in the space where hashes of texts may lie as well.
 *
 * Locks nothing. Processes of the version before take other locks, and must have ended.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    reserveIds('pg_advisory_lock(1952541804, 3)', 'pg_advisory_unlock(1952541804, 3)'),
  );
  await knex.raw(
    takeLocks({
      'pg_advisory_xact_lock(totals_lock_id())': 'pg_advisory_xact_lock(1952541804, 4)',
      'pg_advisory_xact_lock_shared(totals_changes_lock_id())':
        'pg_advisory_xact_lock_shared(1952541804, 5)',
    }),
  );
  await knex.raw('DROP FUNCTION totals_lock_id, totals_changes_lock_id');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE FUNCTION totals_lock_id() RETURNS bigint LANGUAGE sql STABLE AS $$
      SELECT 'daily_totals'::regclass::oid::bigint
    $$;
    CREATE FUNCTION totals_changes_lock_id() RETURNS bigint LANGUAGE sql STABLE AS $$
      SELECT 'accounts_with_totals'::regclass::oid::bigint
    $$;
  `);
  await knex.raw(
    takeLocks({
      'pg_advisory_xact_lock(1952541804, 4)': 'pg_advisory_xact_lock(totals_lock_id())',
      'pg_advisory_xact_lock_shared(1952541804, 5)':
        'pg_advisory_xact_lock_shared(totals_changes_lock_id())',
    }),
  );
  const lockId = `'transactions_id_seq'::regclass::oid::bigint`;
  await knex.raw(reserveIds(`pg_advisory_lock(${lockId})`, `pg_advisory_unlock(${lockId})`));
}

const reserveIds = (lock: string, unlock: string): string => `
  CREATE OR REPLACE FUNCTION reserve_transaction_ids(row_count integer) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    first_id bigint;
  BEGIN
    PERFORM ${lock};
    BEGIN
      first_id := nextval('transactions_id_seq');
      IF row_count > 1 THEN
        PERFORM setval('transactions_id_seq', first_id + row_count - 1);
      END IF;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
      PERFORM ${unlock};
      RAISE;
    END;
    PERFORM ${unlock};
    RETURN first_id;
  END $$`;

/** Changes the calls that take locks in two long functions, which stay as they are otherwise. */
const takeLocks = (calls: Record<string, string>): string => `
  DO $do$
  DECLARE
    source text;
  BEGIN
    FOR source IN SELECT pg_get_functiondef(oid) FROM pg_proc
      WHERE oid IN ('uncategorize_transactions'::regproc, 'delete_batch_transactions'::regproc)
    LOOP
      EXECUTE ${Object.entries(calls).reduce(
        (text, [from, to]) => `replace(${text}, '${from}', '${to}')`,
        'source',
      )};
    END LOOP;
  END $do$`;
