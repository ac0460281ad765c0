import type { Knex } from 'knex';

/**
 * The least and the largest amount of every few rows, so that lists by amount need to look at few of them
 * (docs/decisions/0012).
 *
 * Locks `batches` for as long as its new index takes, less than a second a million batches. Nothing is
 * counted here: the workers note the amounts of what is stored already bit by bit.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE amount_ranges (
      batch_id uuid NOT NULL,
      -- Of the rows' ids. Rows of other batches may lie between them.
      first_id bigint PRIMARY KEY,
      last_id bigint NOT NULL,
      least numeric(19,4) NOT NULL,
      largest numeric(19,4) NOT NULL
    );
    CREATE INDEX amount_ranges_least ON amount_ranges (least, first_id);
    CREATE INDEX amount_ranges_largest ON amount_ranges (largest, last_id);

    ALTER TABLE batches ADD COLUMN has_amount_ranges boolean NOT NULL DEFAULT false;
    -- Every list by amount looks at all that have none.
    CREATE INDEX batches_without_amount_ranges ON batches (first_transaction_id) WHERE NOT has_amount_ranges;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE batches DROP COLUMN has_amount_ranges;
    DROP TABLE amount_ranges;
  `);
}
