import type { Knex } from 'knex';

/**
 * The API keys that have changed and are not yet written to Kafka, for the gateway.
 *
 * Creates a table, and a trigger of api_keys, which locks that table against writing for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Each change adds a row, and none is altered: whoever writes to Kafka deletes the rows in a transaction that stays
    -- open until the brokers have answered, and nobody who changes a key has to wait for that. Where there is no Kafka,
    -- the table grows by a few bytes for each change, as the audit log does.
    CREATE TABLE api_key_changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      api_key_id integer NOT NULL REFERENCES api_keys ON DELETE CASCADE,
      changed_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE FUNCTION note_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO api_key_changes (api_key_id) VALUES (NEW.id);
      RETURN NULL;
    END $$;
    -- Not for last_used_at, which changes with every use.
    CREATE TRIGGER api_keys_changed
      AFTER INSERT OR UPDATE OF key_hash, scopes, account_prefixes, first_key_id, expires_at, revoked_at ON api_keys
      FOR EACH ROW EXECUTE FUNCTION note_api_key_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER api_keys_changed ON api_keys;
    DROP FUNCTION note_api_key_change();
    DROP TABLE api_key_changes;
  `);
}
