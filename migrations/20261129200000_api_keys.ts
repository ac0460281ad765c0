import type { Knex } from 'knex';

/**
 * API keys may be bound to accounts, expire, know who made them, and are rotated: a successor then belongs to
 * the same line as the key that it replaces. Limits, idempotency keys and batches go by the line.
 *
 * A batch names the line of a bound key that sent it, since such a key sees only the batches of its line. The
 * index holds these batches alone, so that a batch of any other key costs nothing more.
 *
 * Rewrites api_keys, which is small. Reads batches once for the index, while batches that are sent wait.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE api_keys
      -- Beginnings of account ids; none for all accounts.
      ADD COLUMN account_prefixes text[] NOT NULL DEFAULT '{}',
      ADD COLUMN expires_at timestamptz,
      -- How long the key was meant to be good when it was made, which a rotation gives to the successor; null for ever.
      ADD COLUMN lifetime_seconds bigint,
      -- All three are null for a key of the environment. The name is as it was then: a user may be gone.
      ADD COLUMN created_by_type text CHECK (created_by_type IN ('user', 'api_key', 'system')),
      ADD COLUMN created_by_id integer,
      ADD COLUMN created_by_name text,
      -- Whether it came from BOOTSTRAP_API_KEY, whose next value revokes it.
      ADD COLUMN is_bootstrap boolean NOT NULL DEFAULT false,
      ADD COLUMN rotated_from integer REFERENCES api_keys,
      -- The first key of the line; null for that key itself.
      ADD COLUMN first_key_id integer REFERENCES api_keys,
      ADD COLUMN lineage_id integer NOT NULL GENERATED ALWAYS AS (COALESCE(first_key_id, id)) STORED,
      -- A key that administers sees every account anyway.
      ADD CONSTRAINT api_keys_bound_without_admin CHECK (cardinality(account_prefixes) = 0 OR NOT scopes @> '{admin}');
    -- A listing tells of each key which one replaces it.
    CREATE INDEX api_keys_rotated_from ON api_keys (rotated_from) WHERE rotated_from IS NOT NULL;

    ALTER TABLE batches ADD COLUMN bound_lineage_id integer REFERENCES api_keys;
    CREATE INDEX batches_bound_lineage ON batches (bound_lineage_id, id) WHERE bound_lineage_id IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX batches_bound_lineage;
    ALTER TABLE batches DROP COLUMN bound_lineage_id;
    DROP INDEX api_keys_rotated_from;
    ALTER TABLE api_keys
      DROP CONSTRAINT api_keys_bound_without_admin,
      DROP COLUMN lineage_id,
      DROP COLUMN first_key_id,
      DROP COLUMN rotated_from,
      DROP COLUMN is_bootstrap,
      DROP COLUMN created_by_name,
      DROP COLUMN created_by_id,
      DROP COLUMN created_by_type,
      DROP COLUMN lifetime_seconds,
      DROP COLUMN expires_at,
      DROP COLUMN account_prefixes;
  `);
}
