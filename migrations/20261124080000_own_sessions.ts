import type { Knex } from 'knex';

/**
 * What a user recognises a session by, and ends it by: an id, since the hash of its cookie is not to be
 * shown, and what the browser called itself. The id writes the table anew, which is a small one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE admin_sessions
      ADD COLUMN id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
      ADD COLUMN user_agent text;
    COMMENT ON COLUMN admin_sessions.user_agent IS
      'The beginning of it, at the sign-in; null where none was sent, and of sessions from before there was the column.';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE admin_sessions DROP COLUMN user_agent, DROP COLUMN id');
}
