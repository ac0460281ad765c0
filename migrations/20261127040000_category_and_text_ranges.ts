import type { Knex } from 'knex';

/**
 * What lists of a category by amount, and searches for rare words, are found by: the least and the largest
 * amount of each category among every few rows, and which texts these rows may contain (docs/decisions/0013).
 *
 * Locks `batches` for as long as its new index takes, less than a second a million batches. Nothing is read
 * here: the ranges of amounts are emptied, and the workers note everything that is stored already bit by bit.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE category_amount_ranges (
      batch_id uuid NOT NULL,
      -- Of the ids that a range stands for. Rows of other batches and categories may lie between them.
      first_id bigint NOT NULL,
      last_id bigint NOT NULL,
      -- 0: none. An index gives no order among nulls.
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
      -- The newest are looked at first.
      last_id bigint PRIMARY KEY,
      -- The bits of src/domain/text-signature.ts.
      signature bytea STORAGE EXTERNAL NOT NULL
    );

    TRUNCATE amount_ranges;
    ALTER TABLE batches DROP COLUMN has_amount_ranges;
    ALTER TABLE batches ADD COLUMN has_ranges boolean NOT NULL DEFAULT false;
    -- Every list that is found by ranges looks at all batches that have none.
    CREATE INDEX batches_without_ranges ON batches (first_transaction_id) WHERE NOT has_ranges;

    DROP TRIGGER batches_deleted_amounts ON batches;
    DROP FUNCTION delete_amount_ranges();
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

    -- Lets the ranges of a category stand for these amounts, too.
    CREATE FUNCTION move_category_ranges(from_ids integer[], to_id integer) RETURNS void LANGUAGE sql AS $$
      WITH gone AS (DELETE FROM category_amount_ranges WHERE category_id = ANY (from_ids) RETURNING *)
      INSERT INTO category_amount_ranges AS r (batch_id, first_id, last_id, category_id, least, largest)
        SELECT batch_id, first_id, last_id, to_id, min(least), max(largest)
          FROM gone GROUP BY batch_id, first_id, last_id ORDER BY batch_id, first_id
        ON CONFLICT (batch_id, first_id, category_id) DO UPDATE
          SET least = least(r.least, excluded.least), largest = greatest(r.largest, excluded.largest)
    $$;

    -- By its name after the trigger that uncategorizes the rows, and holds the lock of those who note ranges.
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
    DROP FUNCTION uncategorize_ranges, move_category_ranges;
    DROP TRIGGER batches_deleted_ranges ON batches;
    DROP FUNCTION delete_ranges();
    DROP TABLE text_ranges, category_amount_ranges;
    TRUNCATE amount_ranges;
    ALTER TABLE batches DROP COLUMN has_ranges;
    ALTER TABLE batches ADD COLUMN has_amount_ranges boolean NOT NULL DEFAULT false;
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
