import type { Knex } from 'knex';

/**
 * The first schema. Locks nothing that exists.
 *
 * Indexes are few on purpose, because every one is paid for at each COPY, and none contains a column
 * that processing updates: so updates stay on their page (HOT), for which the table keeps more than
 * half of each page free: a row that gets its category grows by about a fifth.
 *
 * The references of transactions to batches and categories are checked once a statement instead of
 * once a row (docs/decisions/0007). Ids of a batch's rows are handed out in blocks
 * (reserve_transaction_ids), so that a batch is found by a range of the primary key and needs no
 * index of its own.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE api_keys (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      -- What a listing shows, enough to recognise a key by.
      prefix text NOT NULL,
      -- SHA-256: the keys are random and long, so a slow hash would protect nothing.
      key_hash bytea NOT NULL UNIQUE,
      scopes text[] NOT NULL CHECK (scopes <@ ARRAY['ingest', 'read', 'admin'] AND cardinality(scopes) > 0),
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz,
      revoked_at timestamptz
    );

    CREATE TABLE categories (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      -- Normalised by the application, so that "the same name" does not depend on the server's locale.
      normalized_name text NOT NULL UNIQUE,
      color text NOT NULL CHECK (color ~ '^#[0-9a-f]{6}$'),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE category_patterns (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      category_id integer NOT NULL REFERENCES categories ON DELETE CASCADE,
      pattern text NOT NULL,
      normalized_pattern text NOT NULL UNIQUE,
      priority integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX category_patterns_category_id ON category_patterns (category_id);

    -- Counts every change of the pattern set, by whatever path it came, so that a compiled matcher
    -- can be proven current by reading one row.
    CREATE TABLE pattern_set (
      id boolean PRIMARY KEY DEFAULT true CHECK (id),
      version bigint NOT NULL
    );
    INSERT INTO pattern_set (version) VALUES (1);
    CREATE FUNCTION bump_pattern_set_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE pattern_set SET version = version + 1;
      RETURN NULL;
    END $$;
    CREATE TRIGGER category_patterns_changed
      AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON category_patterns
      FOR EACH STATEMENT EXECUTE FUNCTION bump_pattern_set_version();

    CREATE TABLE batches (
      -- UUID v7, so newest first is by id.
      id uuid PRIMARY KEY,
      api_key_id integer REFERENCES api_keys,
      request_id text,
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
      transaction_count integer NOT NULL CHECK (transaction_count >= 0),
      duplicate_count integer NOT NULL CHECK (duplicate_count >= 0),
      -- The block of ids its rows lie in; null for a batch of duplicates only.
      first_transaction_id bigint,
      last_transaction_id bigint,
      -- Of its completed rows: how many there are, and how many have a category.
      completed_count integer NOT NULL DEFAULT 0 CHECK (completed_count BETWEEN 0 AND transaction_count),
      categorized_count integer NOT NULL DEFAULT 0 CHECK (categorized_count BETWEEN 0 AND completed_count),
      failure_reason text,
      workflow_run_id text,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz
    ) WITH (fillfactor = 70);
    CREATE INDEX batches_status ON batches (status, id);

    CREATE SEQUENCE transactions_id_seq AS bigint;
    CREATE TABLE transactions (
      id bigint PRIMARY KEY,
      batch_id uuid NOT NULL,
      -- Compared byte by byte: faster in the index, and the same order on every server.
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
      category_source text CHECK (category_source IN ('pattern', 'manual')),
      matched_pattern_id integer,
      matched_field text CHECK (matched_field IN ('merchant_name', 'description')),
      UNIQUE (account_id, transaction_id)
    ) WITH (fillfactor = 43);
    ALTER SEQUENCE transactions_id_seq OWNED BY transactions.id;
    CREATE INDEX transactions_account_date ON transactions (account_id, date, id);

    -- The two foreign keys of transactions. As constraints they would look up and lock the parent once
    -- a row; these triggers do the same once for each distinct parent of a statement.
    CREATE FUNCTION check_transaction_batches() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      orphan uuid;
    BEGIN
      PERFORM FROM batches WHERE id IN (SELECT DISTINCT batch_id FROM new_rows) FOR KEY SHARE;
      SELECT batch_id INTO orphan FROM (SELECT DISTINCT batch_id FROM new_rows) AS used
        WHERE NOT EXISTS (SELECT FROM batches WHERE id = used.batch_id) LIMIT 1;
      IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('transactions refer to the missing batch %s', orphan);
      END IF;
      RETURN NULL;
    END $$;
    CREATE FUNCTION check_transaction_categories() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      orphan integer;
    BEGIN
      PERFORM FROM categories WHERE id IN (SELECT DISTINCT category_id FROM new_rows) FOR KEY SHARE;
      SELECT category_id INTO orphan
        FROM (SELECT DISTINCT category_id FROM new_rows WHERE category_id IS NOT NULL) AS used
        WHERE NOT EXISTS (SELECT FROM categories WHERE id = used.category_id) LIMIT 1;
      IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('transactions refer to the missing category %s', orphan);
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER transactions_batch_reference AFTER INSERT ON transactions
      REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION check_transaction_batches();
    CREATE TRIGGER transactions_category_reference AFTER UPDATE ON transactions
      REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION check_transaction_categories();

    -- Deleting a category uncategorizes its rows. After the delete, so that it has waited for whoever
    -- was just assigning the category.
    CREATE FUNCTION uncategorize_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
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
    CREATE TRIGGER categories_deleted AFTER DELETE ON categories
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION uncategorize_transactions();

    -- Deleting a batch (a retention job, say) deletes its rows.
    CREATE FUNCTION delete_batch_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM transactions USING old_rows
        WHERE transactions.id BETWEEN old_rows.first_transaction_id AND old_rows.last_transaction_id
          AND transactions.batch_id = old_rows.id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER batches_deleted AFTER DELETE ON batches
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_batch_transactions();

    -- A block of consecutive ids. nextval and setval together are not atomic, hence the lock, which is
    -- given back at once: held until the caller commits, it would let only one batch in at a time.
    CREATE FUNCTION reserve_transaction_ids(row_count integer) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      lock_id CONSTANT bigint := 'transactions_id_seq'::regclass::oid::bigint;
      first_id bigint;
    BEGIN
      PERFORM pg_advisory_lock(lock_id);
      BEGIN
        first_id := nextval('transactions_id_seq');
        IF row_count > 1 THEN
          PERFORM setval('transactions_id_seq', first_id + row_count - 1);
        END IF;
      EXCEPTION WHEN OTHERS OR query_canceled THEN
        PERFORM pg_advisory_unlock(lock_id);
        RAISE;
      END;
      PERFORM pg_advisory_unlock(lock_id);
      RETURN first_id;
    END $$;

    CREATE TABLE idempotency_keys (
      api_key_id integer NOT NULL REFERENCES api_keys,
      key text NOT NULL,
      -- SHA-256 of path and body: the same key for something else is a client's mistake.
      request_hash bytea NOT NULL,
      batch_id uuid NOT NULL REFERENCES batches ON DELETE CASCADE,
      response jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (api_key_id, key)
    );
    CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE idempotency_keys, transactions, batches, pattern_set, category_patterns, categories, api_keys;
    DROP FUNCTION reserve_transaction_ids, bump_pattern_set_version, check_transaction_batches,
      check_transaction_categories, uncategorize_transactions, delete_batch_transactions;
  `);
}
