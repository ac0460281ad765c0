import type { Knex } from 'knex';

/**
 * Keys of the API's clients. A key that is rotated gets a successor of the same lineage. Limits, idempotency
 * keys and the visibility of batches go by the lineage.
 *
 * Creates a table, and locks nothing that exists.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE api_keys (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      -- What a list shows, enough to recognise a key by.
      prefix text NOT NULL,
      -- SHA-256. The keys are random and long, so a slow hash would protect nothing.
      key_hash bytea NOT NULL UNIQUE,
      scopes text[] NOT NULL CHECK (scopes <@ ARRAY['ingest', 'read', 'admin'] AND cardinality(scopes) > 0),
      -- Beginnings of account ids; empty for a key of all accounts.
      account_prefixes text[] NOT NULL DEFAULT '{}',
      -- Whether the key came from BOOTSTRAP_API_KEY, whose next value revokes it.
      is_bootstrap boolean NOT NULL DEFAULT false,
      -- The key that this one replaces.
      rotated_from integer REFERENCES api_keys,
      -- The first key of the lineage; null for that key itself.
      first_key_id integer REFERENCES api_keys,
      lineage_id integer NOT NULL GENERATED ALWAYS AS (COALESCE(first_key_id, id)) STORED,
      -- All three are null for a key of the environment. The name is as it was then: a user may be gone.
      created_by_type text CHECK (created_by_type IN ('user', 'api_key', 'system')),
      created_by_id integer,
      created_by_name text,
      created_at timestamptz NOT NULL DEFAULT now(),
      -- How long the key was to be valid when it was made, which a rotation gives to its successor; null for ever.
      lifetime_seconds bigint,
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz,
      -- A key that administers sees every account anyway.
      CONSTRAINT api_keys_bound_without_admin CHECK (cardinality(account_prefixes) = 0 OR NOT scopes @> '{admin}')
    );
    -- A list shows for each key which one replaces it.
    CREATE INDEX api_keys_rotated_from ON api_keys (rotated_from) WHERE rotated_from IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE api_keys');
}
