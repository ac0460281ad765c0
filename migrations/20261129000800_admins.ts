import type { Knex } from 'knex';

/**
 * People who sign in to the console, their sessions, and the browsers that they use.
 *
 * Creates tables, and locks nothing that exists.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE admin_users (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      email text NOT NULL,
      -- The application normalises it, as it does names of categories.
      normalized_email text NOT NULL UNIQUE,
      name text NOT NULL,
      role text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
      may_export boolean NOT NULL DEFAULT false,
      -- Null until the invitation is accepted.
      password_hash text,
      second_factor_secret bytea,
      second_factor_since timestamptz,
      second_factor_step bigint NOT NULL DEFAULT 0,
      recovery_hashes bytea[] NOT NULL DEFAULT '{}',
      -- SHA-256 of the token in the invitation's link.
      invitation_hash bytea UNIQUE,
      invitation_expires_at timestamptz,
      disabled_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_signed_in_at timestamptz
    );
    COMMENT ON COLUMN admin_users.may_export IS 'Whether the user may download data as files.';
    COMMENT ON COLUMN admin_users.second_factor_secret IS 'Shared with the authenticator app (RFC 6238).';
    COMMENT ON COLUMN admin_users.second_factor_since IS
      'When the app gave the first right code; null before, when no code is asked for.';
    COMMENT ON COLUMN admin_users.second_factor_step IS 'Of the last code; none is good twice.';
    COMMENT ON COLUMN admin_users.recovery_hashes IS 'SHA-256 of the recovery codes that were not used yet.';

    CREATE TABLE admin_sessions (
      -- Users see and end a session by its id, since the hash of its cookie must not be shown.
      id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
      -- SHA-256 of the cookie.
      token_hash bytea PRIMARY KEY,
      user_id integer NOT NULL REFERENCES admin_users ON DELETE CASCADE,
      csrf_token text NOT NULL,
      user_agent text,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_seen_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON COLUMN admin_sessions.user_agent IS
      'The beginning of the header at the sign-in; null where none was sent.';
    CREATE INDEX admin_sessions_user_id ON admin_sessions (user_id);

    -- Browsers that a user has signed in with, so that strangers who use up the attempts of an e-mail address
    -- do not keep its user out
    -- (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
    CREATE TABLE known_browsers (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      user_id integer NOT NULL REFERENCES admin_users ON DELETE CASCADE,
      -- SHA-256 of the cookie.
      token_hash bytea NOT NULL UNIQUE,
      last_signed_in_at timestamptz NOT NULL DEFAULT now()
    );
    -- The oldest browsers of a user make room, and all go when the user signs out everywhere.
    CREATE INDEX known_browsers_user_id ON known_browsers (user_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE known_browsers, admin_sessions, admin_users');
}
