import type { Knex } from 'knex';

/**
 * Tells who listens to the channel tallyflow_changes what was changed, as soon as it is committed: of
 * each statement's entries in the audit log one notification for each resource and request, with the
 * ids where they are few (at most 100 of 36 bytes; a notification holds 8000 bytes).
 *
 * The audit log announces, and batches and transactions do not: commits that notify wait for each
 * other, all over the server. People's changes are rare; batches come by the hundred a second, and
 * the console asks again and again for those it shows.
 *
 * Takes a SHARE ROW EXCLUSIVE lock on audit_log for an instant: changes wait, reads go on.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE FUNCTION announce_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('tallyflow_changes', json_build_object(
                'resource', resource,
                -- Null where they are many, or where an entry is about more than one thing.
                'ids', CASE WHEN count(DISTINCT resource_id) <= 100 AND count(resource_id) = count(*)
                            THEN json_agg(DISTINCT resource_id) END,
                'request_id', request_id)::text)
         FROM entries
        GROUP BY resource, request_id;
      RETURN NULL;
    END
    $$;

    CREATE TRIGGER announce_changes AFTER INSERT ON audit_log
      REFERENCING NEW TABLE AS entries
      FOR EACH STATEMENT EXECUTE FUNCTION announce_changes();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER announce_changes ON audit_log;
    DROP FUNCTION announce_changes();
  `);
}
