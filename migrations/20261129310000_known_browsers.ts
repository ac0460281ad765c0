import type { Knex } from 'knex';

/**
 * Browsers that a user has signed in with, so that strangers who use up the attempts of an e-mail address
 * do not keep its user out (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 * Locks nothing that is in use.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE known_browsers (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      user_id integer NOT NULL REFERENCES admin_users ON DELETE CASCADE,
      -- SHA-256 of the cookie.
      token_hash bytea NOT NULL UNIQUE,
      last_signed_in_at timestamptz NOT NULL DEFAULT now()
    );
    -- The oldest of a user's make room, and all go when the user signs out everywhere.
    CREATE INDEX known_browsers_user_id ON known_browsers (user_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE known_browsers');
}
