import type { Knex } from 'knex';

/**
 * Who may take data out of the console as files. Whoever could until now still may; from now on it is said of
 * each user who is invited. Takes an ACCESS EXCLUSIVE lock on admin_users, a small table, for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE admin_users ADD COLUMN may_export boolean NOT NULL DEFAULT true;
    ALTER TABLE admin_users ALTER COLUMN may_export SET DEFAULT false;
    COMMENT ON COLUMN admin_users.may_export IS 'Whether the user may download data as files.';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE admin_users DROP COLUMN may_export');
}
