import type { Knex } from 'knex';

/**
 * Totals of the rows of batches that are done (docs/decisions/0010), so that reports cost as much as the
 * days and categories they tell of, and not as the rows behind them.
 *
 * Locks `batches` for as long as its new index takes, less than a second a million batches; the column's
 * default is stored once for all rows. Nothing is counted here: whatever is stored already lies outside
 * the totals, is read row by row as before, and is taken in by the workers bit by bit.
 */
/**
 * Rows are found by the primary key alone and so locked in the order of their ids, as everyone does, that
 * nobody deadlocks.
 */
const inOrder = 'SET enable_seqscan = off SET enable_bitmapscan = off';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Whether the rows are in the totals below. Only ever true of a completed batch.
    ALTER TABLE batches ADD COLUMN is_in_totals boolean NOT NULL DEFAULT false;
    -- Every report looks at all that are not.
    CREATE INDEX batches_outside_totals ON batches (first_transaction_id) WHERE NOT is_in_totals;

    -- Accounts of so many rows that their reports are better made of totals. The rows of all others are
    -- as quickly read themselves, and to keep totals of them would cost as much as to store them.
    CREATE TABLE accounts_with_totals (
      account_id text COLLATE "C" PRIMARY KEY
    );

    CREATE TABLE daily_totals (
      -- Null: the sum over all accounts, whether or not they have totals of their own.
      account_id text COLLATE "C",
      date date NOT NULL,
      currency text NOT NULL,
      -- No reference: it would be checked row by row. Who deletes a category moves its totals.
      category_id integer,
      row_count bigint NOT NULL,
      -- Of rows with a negative amount.
      spend_count bigint NOT NULL,
      spend numeric NOT NULL,
      income numeric NOT NULL,
      UNIQUE NULLS NOT DISTINCT (account_id, date, currency, category_id)
      -- Sums change again and again; what is indexed does not, so that updates find room on their page.
    ) WITH (fillfactor = 80);

    -- Rows without a category that nobody has settled by hand, by what they say. The key is a hash, for a
    -- text may be longer than an index can hold.
    CREATE TABLE uncategorized_totals (
      text text NOT NULL,
      text_hash uuid GENERATED ALWAYS AS (md5(text)::uuid) STORED,
      currency text NOT NULL,
      row_count bigint NOT NULL,
      amount numeric NOT NULL,
      PRIMARY KEY (text_hash, currency)
    ) WITH (fillfactor = 80);

    -- Held by whoever takes rows into the totals, and by whoever moves a whole category.
    CREATE FUNCTION totals_lock_id() RETURNS bigint LANGUAGE sql STABLE AS $$
      SELECT 'daily_totals'::regclass::oid::bigint
    $$;

    -- Shared by whoever changes rows that are in the totals, for themselves by whoever gives an account totals.
    CREATE FUNCTION totals_changes_lock_id() RETURNS bigint LANGUAGE sql STABLE AS $$
      SELECT 'accounts_with_totals'::regclass::oid::bigint
    $$;

    -- Gives the totals of categories to another one, or to none. Its callers have changed the rows before,
    -- under the lock, so that nobody is adding to these totals any more.
    CREATE FUNCTION move_daily_totals(from_ids integer[], to_id integer) RETURNS void LANGUAGE sql AS $$
      WITH gone AS (DELETE FROM daily_totals WHERE category_id = ANY (from_ids) RETURNING *)
      INSERT INTO daily_totals AS d (account_id, date, currency, category_id, row_count, spend_count, spend, income)
        SELECT account_id, date, currency, to_id, sum(row_count), sum(spend_count), sum(spend), sum(income)
          FROM gone GROUP BY account_id, date, currency ORDER BY account_id, date, currency
        ON CONFLICT (account_id, date, currency, category_id) DO UPDATE
          SET row_count = d.row_count + excluded.row_count, spend_count = d.spend_count + excluded.spend_count,
              spend = d.spend + excluded.spend, income = d.income + excluded.income
    $$;

    -- Gives the rows of a category to another one.
    CREATE FUNCTION move_transactions(from_id integer, to_id integer) RETURNS void LANGUAGE sql ${inOrder} AS $$
      WITH in_order AS MATERIALIZED (SELECT id FROM transactions WHERE category_id = from_id ORDER BY id)
      UPDATE transactions AS t SET category_id = to_id
        FROM in_order WHERE t.id = in_order.id AND t.category_id = from_id
    $$;

    CREATE OR REPLACE FUNCTION uncategorize_transactions() RETURNS trigger LANGUAGE plpgsql ${inOrder} AS $$
    DECLARE
      deleted_ids CONSTANT integer[] := (SELECT array_agg(id) FROM old_rows);
      batch_ids uuid[];
      lost_counts bigint[];
      -- What comes back into the uncategorized queue.
      texts text[];
      currencies text[];
      row_counts bigint[];
      amounts numeric[];
    BEGIN
      IF deleted_ids IS NULL THEN
        RETURN NULL;
      END IF;
      PERFORM pg_advisory_xact_lock(totals_lock_id());
      WITH in_order AS MATERIALIZED (
        SELECT id FROM transactions WHERE category_id = ANY (deleted_ids) ORDER BY id
      ), changed AS (
        UPDATE transactions AS t
          SET category_id = NULL, category_source = NULL, matched_pattern_id = NULL, matched_field = NULL
          FROM in_order WHERE t.id = in_order.id AND t.category_id = ANY (deleted_ids)
          RETURNING t.batch_id, t.ingestion_status, coalesce(t.merchant_name, t.description) AS text, t.currency, t.amount
      ), lost AS (
        SELECT batch_id, count(*) AS row_count FROM changed WHERE ingestion_status = 'completed' GROUP BY batch_id
      ), opened AS (
        SELECT changed.text, changed.currency, count(*) AS row_count, sum(changed.amount) AS amount
          FROM changed JOIN batches ON batches.id = batch_id AND is_in_totals
         WHERE text IS NOT NULL GROUP BY 1, 2
      )
      SELECT (SELECT array_agg(batch_id) FROM lost), (SELECT array_agg(row_count) FROM lost),
             (SELECT array_agg(text) FROM opened), (SELECT array_agg(currency) FROM opened),
             (SELECT array_agg(row_count) FROM opened), (SELECT array_agg(amount) FROM opened)
        INTO batch_ids, lost_counts, texts, currencies, row_counts, amounts;
      -- Statements of their own: they see the batches as those have left them whom the rows' locks waited for.
      PERFORM FROM batches WHERE id = ANY (batch_ids) ORDER BY id FOR NO KEY UPDATE;
      UPDATE batches SET categorized_count = categorized_count - lost.row_count
        FROM unnest(batch_ids, lost_counts) AS lost (batch_id, row_count) WHERE batches.id = lost.batch_id;
      INSERT INTO uncategorized_totals AS u (text, currency, row_count, amount)
        SELECT * FROM unnest(texts, currencies, row_counts, amounts) AS opened (text, currency, row_count, amount)
         ORDER BY md5(text)::uuid, currency
        ON CONFLICT (text_hash, currency) DO UPDATE
          SET row_count = u.row_count + excluded.row_count, amount = u.amount + excluded.amount;
      PERFORM move_daily_totals(deleted_ids, NULL);
      RETURN NULL;
    END $$;

    CREATE OR REPLACE FUNCTION delete_batch_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO uncategorized_totals AS u (text, currency, row_count, amount)
        SELECT coalesce(t.merchant_name, t.description), t.currency, -count(*), -sum(t.amount)
          FROM old_rows b JOIN transactions t
            ON t.id BETWEEN b.first_transaction_id AND b.last_transaction_id AND t.batch_id = b.id
         WHERE b.is_in_totals
           AND t.category_id IS NULL AND t.category_source IS NULL
           AND coalesce(t.merchant_name, t.description) IS NOT NULL
         GROUP BY 1, 2 ORDER BY md5(coalesce(t.merchant_name, t.description))::uuid, 2
        ON CONFLICT (text_hash, currency) DO UPDATE
          SET row_count = u.row_count + excluded.row_count, amount = u.amount + excluded.amount;
      PERFORM pg_advisory_xact_lock_shared(totals_changes_lock_id());
      INSERT INTO daily_totals AS d (account_id, date, currency, category_id, row_count, spend_count, spend, income)
        SELECT a.account_id, t.date, t.currency, t.category_id, -count(*), -count(*) FILTER (WHERE t.amount < 0),
               -coalesce(sum(t.amount) FILTER (WHERE t.amount < 0), 0), -coalesce(sum(t.amount) FILTER (WHERE t.amount > 0), 0)
          FROM old_rows b JOIN transactions t
            ON t.id BETWEEN b.first_transaction_id AND b.last_transaction_id AND t.batch_id = b.id
          LEFT JOIN accounts_with_totals a ON a.account_id = t.account_id
         WHERE b.is_in_totals
         GROUP BY GROUPING SETS ((a.account_id, t.date, t.currency, t.category_id), (t.date, t.currency, t.category_id))
        HAVING a.account_id IS NOT NULL OR grouping(a.account_id) = 1
         ORDER BY 1, 2, 3, 4
        ON CONFLICT (account_id, date, currency, category_id) DO UPDATE
          SET row_count = d.row_count + excluded.row_count, spend_count = d.spend_count + excluded.spend_count,
              spend = d.spend + excluded.spend, income = d.income + excluded.income;
      DELETE FROM transactions USING old_rows
        WHERE transactions.id BETWEEN old_rows.first_transaction_id AND old_rows.last_transaction_id
          AND transactions.batch_id = old_rows.id;
      RETURN NULL;
    END $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE OR REPLACE FUNCTION uncategorize_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      WITH changed AS (
        UPDATE transactions
          SET category_id = NULL, category_source = NULL, matched_pattern_id = NULL, matched_field = NULL
          WHERE category_id IN (SELECT id FROM old_rows)
          RETURNING batch_id, ingestion_status
      ), lost AS (
        SELECT batch_id, count(*) AS row_count FROM changed WHERE ingestion_status = 'completed' GROUP BY batch_id
      )
      UPDATE batches SET categorized_count = categorized_count - lost.row_count
        FROM lost WHERE batches.id = lost.batch_id;
      RETURN NULL;
    END $$;
    CREATE OR REPLACE FUNCTION delete_batch_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM transactions USING old_rows
        WHERE transactions.id BETWEEN old_rows.first_transaction_id AND old_rows.last_transaction_id
          AND transactions.batch_id = old_rows.id;
      RETURN NULL;
    END $$;
    DROP FUNCTION move_transactions, move_daily_totals, totals_lock_id, totals_changes_lock_id;
    DROP TABLE uncategorized_totals, daily_totals, accounts_with_totals;
    DROP INDEX batches_outside_totals;
    ALTER TABLE batches DROP COLUMN is_in_totals;
  `);
}
