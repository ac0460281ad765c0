import type { Knex } from 'knex';

/**
 * The answers that are kept for idempotency keys. The transaction that stores a batch claims the key by
 * inserting its row. Keys belong to a lineage of API keys.
 *
 * Creates a table. The references to api_keys and batches lock these against writing for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE idempotency_keys (
      lineage_id integer NOT NULL REFERENCES api_keys,
      key text NOT NULL,
      -- These three are null from the claim until the answer is there, which only the transaction that makes
      -- it can see. SHA-256 of path and body: the same key for another request is a client's mistake.
      request_hash bytea,
      batch_id uuid REFERENCES batches ON DELETE CASCADE,
      response jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (lineage_id, key)
    );
    CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

    -- Returns the answer that is kept for a key, or no row: then the key is the caller's until its transaction
    -- ends. Waits for a claim that another transaction has not committed yet, but not for long: SQLSTATE 55P03.
    CREATE FUNCTION claim_idempotency_key(for_lineage_id integer, wanted_key text, kept interval)
      RETURNS TABLE (request_hash bytea, response jsonb) LANGUAGE plpgsql SET lock_timeout = '50ms' AS $$
    DECLARE
      oldest CONSTANT timestamptz := now() - kept;
    BEGIN
      -- First without a lock, so that a replay, which may be a long stream, holds none.
      RETURN QUERY SELECT k.request_hash, k.response FROM idempotency_keys AS k
        WHERE k.lineage_id = for_lineage_id AND k.key = wanted_key AND k.created_at > oldest;
      IF FOUND THEN
        RETURN;
      END IF;
      INSERT INTO idempotency_keys AS k (lineage_id, key) VALUES (for_lineage_id, wanted_key)
        ON CONFLICT (lineage_id, key) DO UPDATE
          SET request_hash = NULL, batch_id = NULL, response = NULL, created_at = now()
          WHERE k.created_at <= oldest;
      IF NOT FOUND THEN
        -- Another transaction has stored its answer while this one waited.
        RETURN QUERY SELECT k.request_hash, k.response FROM idempotency_keys AS k
          WHERE k.lineage_id = for_lineage_id AND k.key = wanted_key;
      END IF;
    END $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP FUNCTION claim_idempotency_key;
    DROP TABLE idempotency_keys;
  `);
}
