import type { Knex } from 'knex';

/**
 * Of every few rows the least and the largest amount, the same of each category among them, and which texts
 * they may contain. Lists by amount and searches for rare words then read few rows (docs/decisions/0012, 0013).
 *
 * Creates tables, which the workers fill. Its triggers lock batches and categories against writing for an
 * instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE amount_ranges (
      batch_id uuid NOT NULL,
      -- Ids of the rows. Rows of other batches may lie between them.
      first_id bigint PRIMARY KEY,
      last_id bigint NOT NULL,
      least numeric(19,4) NOT NULL,
      largest numeric(19,4) NOT NULL
    );
    CREATE INDEX amount_ranges_least ON amount_ranges (least, first_id);
    CREATE INDEX amount_ranges_largest ON amount_ranges (largest, last_id);

    CREATE TABLE category_amount_ranges (
      batch_id uuid NOT NULL,
      -- Of the ids that a range stands for. Rows of other batches and categories may lie between them.
      first_id bigint NOT NULL,
      last_id bigint NOT NULL,
      -- 0 stands for no category, because an index gives no order among nulls.
      category_id integer NOT NULL,
      least numeric(19,4) NOT NULL,
      largest numeric(19,4) NOT NULL,
      PRIMARY KEY (batch_id, first_id, category_id)
    );
    CREATE INDEX category_amount_ranges_least ON category_amount_ranges (category_id, least, first_id);
    CREATE INDEX category_amount_ranges_largest ON category_amount_ranges (category_id, largest, last_id);

    CREATE TABLE text_ranges (
      batch_id uuid NOT NULL,
      first_id bigint NOT NULL,
      -- The primary key, because the newest are read first.
      last_id bigint PRIMARY KEY,
      -- The bits of src/domain/text-signature.ts.
      signature bytea STORAGE EXTERNAL NOT NULL
    );

    CREATE FUNCTION delete_ranges() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM amount_ranges AS r USING old_rows
        WHERE r.first_id BETWEEN old_rows.first_transaction_id AND old_rows.last_transaction_id
          AND r.batch_id = old_rows.id;
      DELETE FROM text_ranges AS r USING old_rows
        WHERE r.last_id BETWEEN old_rows.first_transaction_id AND old_rows.last_transaction_id
          AND r.batch_id = old_rows.id;
      DELETE FROM category_amount_ranges AS r USING old_rows WHERE r.batch_id = old_rows.id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER batches_deleted_ranges AFTER DELETE ON batches
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_ranges();

    -- Extends the ranges of a category by those of others, which are deleted.
    CREATE FUNCTION move_category_ranges(from_ids integer[], to_id integer) RETURNS void LANGUAGE sql AS $$
      WITH gone AS (DELETE FROM category_amount_ranges WHERE category_id = ANY (from_ids) RETURNING *)
      INSERT INTO category_amount_ranges AS r (batch_id, first_id, last_id, category_id, least, largest)
        SELECT batch_id, first_id, last_id, to_id, min(least), max(largest)
          FROM gone GROUP BY batch_id, first_id, last_id ORDER BY batch_id, first_id
        ON CONFLICT (batch_id, first_id, category_id) DO UPDATE
          SET least = least(r.least, excluded.least), largest = greatest(r.largest, excluded.largest)
    $$;

    -- Triggers run in the order of their names: this one runs after categories_deleted, which has uncategorized
    -- the rows and holds the lock that writing ranges takes.
    CREATE FUNCTION uncategorize_ranges() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM move_category_ranges((SELECT array_agg(id) FROM old_rows), 0);
      RETURN NULL;
    END $$;
    CREATE TRIGGER categories_deleted_ranges AFTER DELETE ON categories
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION uncategorize_ranges();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER categories_deleted_ranges ON categories;
    DROP TRIGGER batches_deleted_ranges ON batches;
    DROP FUNCTION uncategorize_ranges, move_category_ranges, delete_ranges;
    DROP TABLE text_ranges, category_amount_ranges, amount_ranges;
  `);
}
