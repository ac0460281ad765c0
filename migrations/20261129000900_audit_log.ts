import type { Knex } from 'knex';

/**
 * The log of every change that people, clients and the system make, which also announces them to the console.
 *
 * The audit log announces, and batches and transactions do not: commits that notify wait for each other, all
 * over the server. People's changes are rare. Batches arrive by the hundred a second, and the console polls for
 * those that it shows.
 *
 * Creates a table, and locks nothing that exists.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      actor_type text NOT NULL CHECK (actor_type IN ('user', 'api_key', 'system')),
      actor_id integer,
      -- The name as it was then: the actor may be renamed or gone.
      actor_name text NOT NULL,
      action text NOT NULL,
      resource text NOT NULL,
      resource_id text,
      before jsonb,
      after jsonb,
      request_id text
    );
    -- The history of one resource, and that of one actor.
    CREATE INDEX audit_log_resource ON audit_log (resource, resource_id, id);
    CREATE INDEX audit_log_actor ON audit_log (actor_type, actor_id, id);

    -- Notifies the channel tallyflow_changes once for each resource and request of a statement, with the ids
    -- where they are few (at most 100 of 36 bytes; a notification holds 8000 bytes).
    CREATE FUNCTION announce_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('tallyflow_changes', json_build_object(
                'resource', resource,
                -- Null where they are many, or where an entry is about more than one resource.
                'ids', CASE WHEN count(DISTINCT resource_id) <= 100 AND count(resource_id) = count(*)
                            THEN json_agg(DISTINCT resource_id) END,
                'request_id', request_id)::text)
         FROM entries
        GROUP BY resource, request_id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER announce_changes AFTER INSERT ON audit_log
      REFERENCING NEW TABLE AS entries FOR EACH STATEMENT EXECUTE FUNCTION announce_changes();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE audit_log;
    DROP FUNCTION announce_changes;
  `);
}
