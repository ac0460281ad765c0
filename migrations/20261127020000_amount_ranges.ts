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

    CREATE FUNCTION delete_amount_ranges() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM amount_ranges AS r USING old_rows
        WHERE r.first_id BETWEEN old_rows.first_transaction_id AND old_rows.last_transaction_id
          AND r.batch_id = old_rows.id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER batches_deleted_amounts AFTER DELETE ON batches
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_amount_ranges();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER batches_deleted_amounts ON batches;
    DROP FUNCTION delete_amount_ranges();
    ALTER TABLE batches DROP COLUMN has_amount_ranges;
    DROP TABLE amount_ranges;
  `);
}
