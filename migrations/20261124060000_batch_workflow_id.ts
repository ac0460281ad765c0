import type { Knex } from 'knex';

/**
 * Small batches that arrive in a burst share one run of a workflow; a batch says here which one holds
 * it. Adds a column without a default, for which the table is locked for an instant only.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE batches ADD COLUMN workflow_id text;
    COMMENT ON COLUMN batches.workflow_id IS
      'Of the workflow that workflow_run_id is a run of; null where it is the batch''s own.';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE batches DROP COLUMN workflow_id');
}
