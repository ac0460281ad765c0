import type { Knex } from 'knex';

/**
 * Batches and their rows.
 *
 * There are few indexes on purpose, because every COPY pays for each of them. None contains a column that
 * processing updates, so that updates stay on their page (HOT). For this the table keeps more than half of
 * each page free: a row that gets its category grows by about a quarter. At 43, some did not fit.
 *
 * The ids of a batch's rows are handed out in blocks, so that a range of the primary key finds a batch, which
 * needs no index of its own. The references of transactions to batches and categories are checked once a
 * statement instead of once a row (docs/decisions/0007).
 *
 * Creates tables. The references to api_keys lock that table against writing for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE batches (
      -- UUID v7, so newest first is by id.
      id uuid PRIMARY KEY,
      api_key_id integer REFERENCES api_keys,
      -- The lineage of the key that sent the batch, if the key is bound to accounts: it sees no other batches.
      bound_lineage_id integer REFERENCES api_keys,
      request_id text,
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
      transaction_count integer NOT NULL CHECK (transaction_count >= 0),
      duplicate_count integer NOT NULL CHECK (duplicate_count >= 0),
      -- Of the duplicates, those that differ from the row that is stored.
      conflict_count integer NOT NULL DEFAULT 0 CHECK (conflict_count >= 0),
      -- The block of ids its rows lie in; null for a batch of duplicates only.
      first_transaction_id bigint,
      last_transaction_id bigint,
      -- Of its completed rows: how many there are, and how many have a category.
      completed_count integer NOT NULL DEFAULT 0 CHECK (completed_count BETWEEN 0 AND transaction_count),
      categorized_count integer NOT NULL DEFAULT 0 CHECK (categorized_count BETWEEN 0 AND completed_count),
      -- Whether the totals include its rows, which is only ever true of a completed batch.
      is_in_totals boolean NOT NULL DEFAULT false,
      -- Whether its rows can be found by the search ranges.
      has_ranges boolean NOT NULL DEFAULT false,
      failure_reason text,
      -- Small batches that arrive in a burst share one run of a workflow.
      workflow_id text,
      workflow_run_id text,
      created_at timestamptz NOT NULL DEFAULT now(),
      -- Since when it waits for workers: since its last row was stored, or since it was retried.
      pending_since timestamptz NOT NULL DEFAULT clock_timestamp(),
      started_at timestamptz,
      finished_at timestamptz
    ) WITH (fillfactor = 70);
    COMMENT ON COLUMN batches.workflow_id IS
      'Of the workflow that workflow_run_id is a run of; null where it is the batch''s own.';
    CREATE INDEX batches_status ON batches (status, id);
    -- Finds the batch that has been open for longest at once, also when a million of them are. Its
    -- condition is not one of statuses, so that no other query takes it for the index above and sorts a million.
    CREATE INDEX batches_open ON batches (pending_since) WHERE finished_at IS NULL;
    -- The index holds the batches of bound keys alone, so that a batch of any other key costs nothing more.
    CREATE INDEX batches_bound_lineage ON batches (bound_lineage_id, id) WHERE bound_lineage_id IS NOT NULL;
    -- The console lists these few among millions.
    CREATE INDEX batches_with_conflicts ON batches (id) WHERE conflict_count > 0;
    -- Every report reads all batches that are not in the totals.
    CREATE INDEX batches_outside_totals ON batches (first_transaction_id) WHERE NOT is_in_totals;
    -- Lists that find rows by their ranges read all batches that have none.
    CREATE INDEX batches_without_ranges ON batches (first_transaction_id) WHERE NOT has_ranges;

    CREATE SEQUENCE transactions_id_seq AS bigint;
    CREATE TABLE transactions (
      id bigint PRIMARY KEY,
      batch_id uuid NOT NULL,
      -- Compared byte by byte: this is faster in the index, and the order is the same on every server.
      account_id text COLLATE "C" NOT NULL,
      transaction_id text COLLATE "C" NOT NULL,
      amount numeric(19,4) NOT NULL,
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
      date date NOT NULL,
      merchant_name text,
      description text,
      ingestion_status text NOT NULL DEFAULT 'pending'
        CHECK (ingestion_status IN ('pending', 'processing', 'completed', 'failed')),
      category_id integer,
      matched_pattern_id integer,
      -- What had been learned when memory or the model decided. No reference: versions are deleted, rows stay.
      learned_version_id integer,
      -- In ten-thousandths, which takes two bytes of a row.
      category_confidence smallint CHECK (category_confidence BETWEEN 0 AND 10000),
      needs_review boolean,
      -- 'manual', or what a categorizer calls its decisions. A new categorizer needs no migration.
      category_source text CHECK (octet_length(category_source) BETWEEN 1 AND 20),
      matched_field text CHECK (matched_field IN ('merchant_name', 'description')),
      -- In this order, a transaction is found by its own id alone (docs/decisions/0011). Ids of one client
      -- mostly ascend, so that new ones lie side by side.
      UNIQUE (transaction_id, account_id)
    ) WITH (fillfactor = 40);
    ALTER SEQUENCE transactions_id_seq OWNED BY transactions.id;
    CREATE INDEX transactions_account_date ON transactions (account_id, date, id);
    -- A day's transactions are counted without reading the table.
    CREATE INDEX transactions_date ON transactions (date, id);

    -- The two foreign keys of transactions. As constraints they would look up and lock the parent once a row;
    -- these triggers do the same once for each distinct parent of a statement.

    -- Without sequential scans, because PostgreSQL expects 200 batches where there are one or a few, and would
    -- read the whole table: 9 instead of 0.7 ms for ten rows among 14,000 batches.
    CREATE FUNCTION check_transaction_batches() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
    DECLARE
      used CONSTANT uuid[] := ARRAY(SELECT DISTINCT batch_id FROM new_rows);
      found_count bigint;
    BEGIN
      PERFORM FROM batches WHERE id = ANY (used) FOR KEY SHARE;
      GET DIAGNOSTICS found_count = ROW_COUNT;
      IF found_count < cardinality(used) THEN
        RAISE foreign_key_violation USING MESSAGE = format('transactions refer to the missing batch %s',
          (SELECT orphan FROM unnest(used) AS orphan WHERE NOT EXISTS (SELECT FROM batches WHERE id = orphan) LIMIT 1));
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER transactions_batch_reference AFTER INSERT ON transactions
      REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION check_transaction_batches();

    -- Only looks up, and does not lock, the category of a row that was set by hand. Whoever set the row has
    -- locked the category already; for a row that is merely completed now, the lock would come too late, because
    -- whoever removes its category holds that lock and waits for the row.
    CREATE FUNCTION check_transaction_categories() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      orphan integer;
    BEGIN
      PERFORM FROM categories WHERE id IN (SELECT DISTINCT category_id FROM new_rows WHERE category_source IS DISTINCT FROM 'manual') FOR KEY SHARE;
      SELECT category_id INTO orphan
        FROM (SELECT DISTINCT category_id FROM new_rows WHERE category_id IS NOT NULL) AS used
        WHERE NOT EXISTS (SELECT FROM categories WHERE id = used.category_id) LIMIT 1;
      IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('transactions refer to the missing category %s', orphan);
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER transactions_category_reference AFTER UPDATE ON transactions
      REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION check_transaction_categories();

    -- Reserves a block of consecutive ids, and returns the first. nextval and setval together are not atomic,
    -- hence the lock. It is given back at once: if it were held until the caller commits, only one batch could
    -- be stored at a time.
    CREATE FUNCTION reserve_transaction_ids(row_count integer) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      first_id bigint;
    BEGIN
      PERFORM pg_advisory_lock(1952541804, 3);
      BEGIN
        first_id := nextval('transactions_id_seq');
        IF row_count > 1 THEN
          PERFORM setval('transactions_id_seq', first_id + row_count - 1);
        END IF;
      EXCEPTION WHEN OTHERS OR query_canceled THEN
        PERFORM pg_advisory_unlock(1952541804, 3);
        RAISE;
      END;
      PERFORM pg_advisory_unlock(1952541804, 3);
      RETURN first_id;
    END $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE transactions, batches;
    DROP FUNCTION reserve_transaction_ids, check_transaction_batches, check_transaction_categories;
  `);
}
