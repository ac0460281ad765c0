import type { Knex } from 'knex';

/**
 * Batches that arrive through Kafka. The id of such a batch may derive from an idempotency key, and then tells no
 * time; so batches are in the order of their arrival by `created_at` and the id.
 *
 * Creates a table, adds a column, and builds four indexes of `batches`, which is locked against writing meanwhile:
 * some seconds for a million batches.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The SHA-256 of the request behind a batch whose id derives from an idempotency key: tells a repeat
    -- from another request with the same key.
    ALTER TABLE batches ADD COLUMN request_hash bytea;
    DROP INDEX batches_status, batches_bound_lineage, batches_with_conflicts;
    CREATE INDEX batches_created ON batches (created_at, id);
    CREATE INDEX batches_status ON batches (status, created_at, id);
    -- The index holds the batches of bound keys alone, so that a batch of any other key costs nothing more.
    CREATE INDEX batches_bound_lineage ON batches (bound_lineage_id, created_at, id) WHERE bound_lineage_id IS NOT NULL;
    -- The console lists these few among millions.
    CREATE INDEX batches_with_conflicts ON batches (created_at, id) WHERE conflict_count > 0;

    -- Batches that came through Kafka and could not be stored. Each holds no rows: its record is in the topic
    -- of dead letters, from which it is stored when somebody retries the batch.
    CREATE TABLE dead_letters (
      batch_id uuid PRIMARY KEY REFERENCES batches ON DELETE CASCADE,
      reason text NOT NULL,
      -- Where its record is in the topic of dead letters.
      partition integer NOT NULL,
      "offset" bigint NOT NULL,
      resend_requested_at timestamptz
    );
    CREATE INDEX dead_letters_to_resend ON dead_letters (resend_requested_at) WHERE resend_requested_at IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE dead_letters;
    DROP INDEX batches_created, batches_status, batches_bound_lineage, batches_with_conflicts;
    ALTER TABLE batches DROP COLUMN request_hash;
    CREATE INDEX batches_status ON batches (status, id);
    CREATE INDEX batches_bound_lineage ON batches (bound_lineage_id, id) WHERE bound_lineage_id IS NOT NULL;
    CREATE INDEX batches_with_conflicts ON batches (id) WHERE conflict_count > 0;
  `);
}
