import type { Knex } from 'knex';

/**
 * Runs that apply the patterns to rows that were processed before.
 *
 * Creates tables, and locks nothing that exists.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE recategorizations (
      -- UUID v7, so newest first is by id. The workflow is named by it.
      id uuid PRIMARY KEY,
      -- All rows, or only those without a category. The next columns restrict them further.
      scope text NOT NULL CHECK (scope IN ('all', 'uncategorized')),
      account_id text,
      -- The present category of a row. No reference: the run stays in the list when the category is deleted.
      category_id integer,
      -- A pattern that may match a row, or has matched it. No reference, for the same reason.
      pattern_id integer,
      start_date date,
      end_date date,
      -- Whether rows that were set by hand are recategorized as well.
      include_manual boolean NOT NULL DEFAULT false,
      status text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
      -- The rows that existed when the run began. Later ones are processed with the present patterns anyway.
      first_transaction_id bigint,
      last_transaction_id bigint,
      -- How many of these ids are done, whether or not each has a row.
      done_id_count bigint NOT NULL DEFAULT 0,
      changed_count bigint NOT NULL DEFAULT 0,
      unchanged_count bigint NOT NULL DEFAULT 0,
      kept_count bigint NOT NULL DEFAULT 0,
      failure_reason text,
      workflow_run_id text,
      requested_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz
    );
    -- The sweep searches these for runs that have lost their workflow.
    CREATE INDEX recategorizations_open ON recategorizations (id) WHERE status IN ('pending', 'processing');

    -- How far each range of ids has come. It is written together with the rows, so that a repeated attempt goes
    -- on from there, and counts no row twice.
    CREATE TABLE recategorization_ranges (
      recategorization_id uuid NOT NULL REFERENCES recategorizations ON DELETE CASCADE,
      first_id bigint NOT NULL,
      next_id bigint NOT NULL,
      PRIMARY KEY (recategorization_id, first_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE recategorization_ranges, recategorizations');
}
