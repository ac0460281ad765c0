import type { Knex } from 'knex';

/**
 * An idempotency key is claimed by its row, in the transaction that stores the batch; until now it was a
 * lock whose number was made of the key. Keys belong to a line of rotated API keys.
 *
 * Takes an ACCESS EXCLUSIVE lock on idempotency_keys for an instant: nothing is rewritten.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE idempotency_keys RENAME COLUMN api_key_id TO lineage_id;
    -- Null from the claim until the answer is there, which only the transaction that makes it can see.
    ALTER TABLE idempotency_keys
      ALTER COLUMN request_hash DROP NOT NULL,
      ALTER COLUMN batch_id DROP NOT NULL,
      ALTER COLUMN response DROP NOT NULL;

    -- The answer that is kept for a key, or no row: then the key is the caller's until its transaction ends.
    -- A claim that another transaction has not committed yet is waited for, but not for long: SQLSTATE 55P03.
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
    DELETE FROM idempotency_keys WHERE response IS NULL;
    ALTER TABLE idempotency_keys
      ALTER COLUMN request_hash SET NOT NULL,
      ALTER COLUMN batch_id SET NOT NULL,
      ALTER COLUMN response SET NOT NULL;
    ALTER TABLE idempotency_keys RENAME COLUMN lineage_id TO api_key_id;
  `);
}
