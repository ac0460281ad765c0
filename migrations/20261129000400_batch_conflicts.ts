import type { Knex } from 'knex';

/**
 * The first conflicts of each batch: rows whose key is stored already with other content.
 *
 * Creates a table. Its trigger locks batches against writing for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE batch_conflicts (
      batch_id uuid NOT NULL,
      -- The row's place in the body, from 0 on.
      row_index integer NOT NULL CHECK (row_index >= 0),
      account_id text COLLATE "C" NOT NULL,
      transaction_id text COLLATE "C" NOT NULL,
      -- The batch of the stored row, which may be deleted before this one.
      stored_batch_id uuid NOT NULL,
      -- The names of the API's fields that differ.
      fields text[] NOT NULL CHECK (cardinality(fields) > 0),
      PRIMARY KEY (batch_id, row_index)
    );

    CREATE FUNCTION delete_batch_conflicts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM batch_conflicts AS c USING old_rows WHERE c.batch_id = old_rows.id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER batches_deleted_conflicts AFTER DELETE ON batches
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_batch_conflicts();

    -- Compares the rows of a batch's body with those that are stored under their keys. Adds the number of those
    -- that differ to the batch's, lists as many as the batch may list, and returns the number. A row that this
    -- batch itself has stored does not differ. Rows without a "row" are in the order of the body.
    --
    -- The function is volatile, so that it sees rows that the calling statement has stored, or has met while
    -- others stored them. It looks up each row by its key, whatever the statistics say.
    CREATE FUNCTION record_conflicts(for_batch_id uuid, posted_rows json, max_listed integer) RETURNS bigint
      LANGUAGE sql VOLATILE SET enable_hashjoin = off SET enable_mergejoin = off AS $$
      WITH differing AS MATERIALIZED (
        SELECT coalesce(given.row_index, given.place - 1) AS row_index,
               stored.account_id, stored.transaction_id, stored.batch_id,
               array_remove(ARRAY[
                 CASE WHEN stored.amount <> given.amount THEN 'amount' END,
                 CASE WHEN stored.currency <> given.currency THEN 'currency' END,
                 CASE WHEN stored.date <> given.date THEN 'date' END,
                 CASE WHEN stored.merchant_name IS DISTINCT FROM given.merchant_name THEN 'merchant_name' END,
                 CASE WHEN stored.description IS DISTINCT FROM given.description THEN 'description' END
               ], NULL) AS fields
          FROM ROWS FROM (json_to_recordset(posted_rows) AS (
                 "row" integer, "accountId" text, "transactionId" text, amount numeric, currency text, date date,
                 "merchantName" text, description text
               )) WITH ORDINALITY AS given
                 (row_index, account_id, transaction_id, amount, currency, date, merchant_name, description, place)
          JOIN transactions AS stored USING (transaction_id, account_id)
         WHERE (stored.amount, stored.currency, stored.date, stored.merchant_name, stored.description)
               IS DISTINCT FROM (given.amount, given.currency, given.date, given.merchant_name, given.description)
      ), counted AS (
        SELECT count(*) AS conflict_count FROM differing
      ), listed AS (
        INSERT INTO batch_conflicts (batch_id, row_index, account_id, transaction_id, stored_batch_id, fields)
        SELECT for_batch_id, row_index, account_id, transaction_id, batch_id, fields
          FROM differing ORDER BY row_index
         LIMIT greatest(max_listed - (SELECT conflict_count FROM batches WHERE id = for_batch_id), 0)
      ), added AS (
        UPDATE batches AS b SET conflict_count = b.conflict_count + counted.conflict_count
          FROM counted WHERE b.id = for_batch_id AND counted.conflict_count > 0
      )
      SELECT conflict_count FROM counted
    $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER batches_deleted_conflicts ON batches;
    DROP FUNCTION record_conflicts, delete_batch_conflicts;
    DROP TABLE batch_conflicts;
  `);
}
