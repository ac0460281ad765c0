import type { Knex } from 'knex';

/**
 * What follows when a category or a batch is deleted: rows and totals change with it, whoever deletes it.
 *
 * Its triggers lock categories and batches against writing for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Gives the totals of categories to another one, or to none. The caller has changed the rows before, under
    -- the lock, so that nobody adds to these totals any more.
    CREATE FUNCTION move_daily_totals(from_ids integer[], to_id integer) RETURNS void LANGUAGE sql AS $$
      WITH gone AS (DELETE FROM daily_totals WHERE category_id = ANY (from_ids) RETURNING *)
      INSERT INTO daily_totals AS d (account_id, date, currency, category_id, row_count, spend_count, spend, income)
        SELECT account_id, date, currency, to_id, sum(row_count), sum(spend_count), sum(spend), sum(income)
          FROM gone GROUP BY account_id, date, currency ORDER BY account_id, date, currency
        ${addDailyTotals}
    $$;

    -- Gives the rows of a category to another one.
    CREATE FUNCTION move_transactions(from_id integer, to_id integer) RETURNS void LANGUAGE sql ${inOrder} AS $$
      WITH in_order AS MATERIALIZED (SELECT id FROM transactions WHERE category_id = from_id ORDER BY id)
      UPDATE transactions AS t SET category_id = to_id
        FROM in_order WHERE t.id = in_order.id AND t.category_id = from_id
    $$;

    -- Deleting a category uncategorizes its rows. This happens after the delete, which has waited for whoever
    -- was just assigning the category.
    CREATE FUNCTION uncategorize_transactions() RETURNS trigger LANGUAGE plpgsql ${inOrder} AS $$
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
      PERFORM pg_advisory_xact_lock(1952541804, 4);
      WITH in_order AS MATERIALIZED (
        SELECT id FROM transactions WHERE category_id = ANY (deleted_ids) ORDER BY id
      ), changed AS (
        UPDATE transactions AS t
          SET category_id = NULL, category_source = NULL, category_confidence = NULL, needs_review = NULL,
              matched_pattern_id = NULL, matched_field = NULL, learned_version_id = NULL
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
      -- Separate statements, which see the batches as the transactions left them that the rows' locks waited for.
      PERFORM FROM batches WHERE id = ANY (batch_ids) ORDER BY id FOR NO KEY UPDATE;
      UPDATE batches SET categorized_count = categorized_count - lost.row_count
        FROM unnest(batch_ids, lost_counts) AS lost (batch_id, row_count) WHERE batches.id = lost.batch_id;
      INSERT INTO uncategorized_totals AS u (text, currency, row_count, amount)
        SELECT * FROM unnest(texts, currencies, row_counts, amounts) AS opened (text, currency, row_count, amount)
         ORDER BY md5(text)::uuid, currency
        ${addUncategorizedTotals};
      PERFORM move_daily_totals(deleted_ids, NULL);
      RETURN NULL;
    END $$;
    CREATE TRIGGER categories_deleted AFTER DELETE ON categories
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION uncategorize_transactions();

    -- Deleting a batch deletes its rows, and takes them out of the totals.
    CREATE FUNCTION delete_batch_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO uncategorized_totals AS u (text, currency, row_count, amount)
        SELECT coalesce(t.merchant_name, t.description), t.currency, -count(*), -sum(t.amount)
          FROM old_rows b JOIN transactions t
            ON t.id BETWEEN b.first_transaction_id AND b.last_transaction_id AND t.batch_id = b.id
         WHERE b.is_in_totals
           AND t.category_id IS NULL AND t.category_source IS NULL
           AND coalesce(t.merchant_name, t.description) IS NOT NULL
         GROUP BY 1, 2 ORDER BY md5(coalesce(t.merchant_name, t.description))::uuid, 2
        ${addUncategorizedTotals};
      PERFORM pg_advisory_xact_lock_shared(1952541804, 5);
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
        ${addDailyTotals};
      DELETE FROM transactions USING old_rows
        WHERE transactions.id BETWEEN old_rows.first_transaction_id AND old_rows.last_transaction_id
          AND transactions.batch_id = old_rows.id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER batches_deleted AFTER DELETE ON batches
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_batch_transactions();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER batches_deleted ON batches;
    DROP TRIGGER categories_deleted ON categories;
    DROP FUNCTION delete_batch_transactions, uncategorize_transactions, move_transactions, move_daily_totals;
  `);
}

/**
 * Rows are found by the primary key alone, and so are locked in the order of their ids, as everywhere, so that
 * there are no deadlocks.
 */
const inOrder = 'SET enable_seqscan = off SET enable_bitmapscan = off';

const addDailyTotals = `ON CONFLICT (account_id, date, currency, category_id) DO UPDATE
          SET row_count = d.row_count + excluded.row_count, spend_count = d.spend_count + excluded.spend_count,
              spend = d.spend + excluded.spend, income = d.income + excluded.income`;
const addUncategorizedTotals = `ON CONFLICT (text_hash, currency) DO UPDATE
          SET row_count = u.row_count + excluded.row_count, amount = u.amount + excluded.amount`;
