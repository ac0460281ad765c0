import type { Knex } from 'knex';

/** People who sign in to the console, and the log of what everyone changed. Locks nothing that exists. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE admin_users (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      email text NOT NULL,
      -- Normalised by the application, as names of categories are.
      normalized_email text NOT NULL UNIQUE,
      name text NOT NULL,
      role text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
      -- Null until the invitation is accepted.
      password_hash text,
      -- SHA-256 of the token in the invitation's link.
      invitation_hash bytea UNIQUE,
      invitation_expires_at timestamptz,
      disabled_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_signed_in_at timestamptz
    );

    CREATE TABLE admin_sessions (
      -- SHA-256 of the cookie.
      token_hash bytea PRIMARY KEY,
      user_id integer NOT NULL REFERENCES admin_users ON DELETE CASCADE,
      csrf_token text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_seen_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX admin_sessions_user_id ON admin_sessions (user_id);

    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      actor_type text NOT NULL CHECK (actor_type IN ('user', 'api_key', 'system')),
      actor_id integer,
      -- As it was then; the actor may be renamed or gone.
      actor_name text NOT NULL,
      action text NOT NULL,
      resource text NOT NULL,
      resource_id text,
      before jsonb,
      after jsonb,
      request_id text
    );
    -- The history of one thing, and that of one person.
    CREATE INDEX audit_log_resource ON audit_log (resource, resource_id, id);
    CREATE INDEX audit_log_actor ON audit_log (actor_type, actor_id, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE audit_log, admin_sessions, admin_users');
}
