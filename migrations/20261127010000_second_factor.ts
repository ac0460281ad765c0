import type { Knex } from 'knex';

/** What a user shows besides the password: codes of an authenticator app, and others for its loss. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE admin_users
      ADD COLUMN second_factor_secret bytea,
      ADD COLUMN second_factor_since timestamptz,
      ADD COLUMN second_factor_step bigint NOT NULL DEFAULT 0,
      ADD COLUMN recovery_hashes bytea[] NOT NULL DEFAULT '{}';
    COMMENT ON COLUMN admin_users.second_factor_secret IS 'Shared with the authenticator app (RFC 6238).';
    COMMENT ON COLUMN admin_users.second_factor_since IS
      'When the app gave the first right code; null before, when no code is asked for.';
    COMMENT ON COLUMN admin_users.second_factor_step IS 'Of the last code; none is good twice.';
    COMMENT ON COLUMN admin_users.recovery_hashes IS 'SHA-256 of the recovery codes that were not used yet.';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE admin_users
      DROP COLUMN recovery_hashes, DROP COLUMN second_factor_step,
      DROP COLUMN second_factor_since, DROP COLUMN second_factor_secret
  `);
}
