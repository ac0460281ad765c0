import type { Knex } from 'knex';

/**
 * What the rows of every few hundred ids have in common. Lists by amount, by who decided and by what needs review, and
 * searches for words then read few rows (docs/decisions/0011).
 *
 * Creates tables, which the workers fill. Their references and the triggers lock batches and categories
 * against writing for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- For every 512 ids of a batch, and each category among their rows, the limits of these rows' amounts. The
    -- table is read from end to end, for which it is small enough.
    CREATE TABLE category_ranges (
      batch_id uuid NOT NULL REFERENCES batches ON DELETE CASCADE,
      -- Rows of other batches may lie between these ids.
      first_id bigint NOT NULL,
      last_id bigint NOT NULL,
      -- A row that is set by hand has a range of its own besides.
      is_set_by_hand boolean NOT NULL,
      -- Null for rows without a category. No reference: deleting a category moves its ranges.
      category_id integer,
      -- Rows that were given another category since may lie within these limits, but none lies outside.
      min_amount numeric(19,4) NOT NULL,
      max_amount numeric(19,4) NOT NULL,
      UNIQUE NULLS NOT DISTINCT (batch_id, first_id, is_set_by_hand, category_id)
    );

    -- For every 512 ids of a batch, who decided about rows among them, without those set by hand, and whether such a
    -- decision needs review. Rows that were decided anew may have left, but none is missing.
    CREATE TABLE decision_ranges (
      batch_id uuid NOT NULL REFERENCES batches ON DELETE CASCADE,
      first_id bigint NOT NULL,
      last_id bigint NOT NULL,
      category_source text NOT NULL,
      needs_review boolean NOT NULL,
      PRIMARY KEY (batch_id, first_id, category_source, needs_review)
    );

    CREATE TABLE text_ranges (
      batch_id uuid NOT NULL REFERENCES batches ON DELETE CASCADE,
      first_id bigint NOT NULL,
      -- The primary key, because the newest are read first.
      last_id bigint PRIMARY KEY,
      -- The bits of src/domain/text-signature.ts.
      signature bytea STORAGE EXTERNAL NOT NULL
    );
    CREATE INDEX text_ranges_batch ON text_ranges (batch_id);

    -- Gives the ranges of categories to another one, or to none. The caller has changed the rows before, and holds
    -- the lock under which ranges are built.
    CREATE FUNCTION move_category_ranges(from_ids integer[], to_id integer) RETURNS void LANGUAGE sql AS $$
      WITH gone AS (DELETE FROM category_ranges WHERE category_id = ANY (from_ids) RETURNING *)
      INSERT INTO category_ranges AS r (batch_id, first_id, last_id, is_set_by_hand, category_id, min_amount, max_amount)
        SELECT batch_id, first_id, last_id, is_set_by_hand, to_id, min(min_amount), max(max_amount)
          FROM gone GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4
        ON CONFLICT (batch_id, first_id, is_set_by_hand, category_id) DO UPDATE
          SET min_amount = least(r.min_amount, excluded.min_amount),
              max_amount = greatest(r.max_amount, excluded.max_amount)
    $$;

    -- Deleting a category uncategorizes its rows. Triggers run in the order of their names, so this one comes after
    -- categories_deleted, which has changed the rows and holds the lock.
    CREATE FUNCTION uncategorize_ranges() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM move_category_ranges((SELECT array_agg(id) FROM old_rows), NULL);
      RETURN NULL;
    END $$;
    CREATE TRIGGER categories_deleted_ranges AFTER DELETE ON categories
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION uncategorize_ranges();

    -- A failed batch has ranges, too, since nobody knows when it is retried. Rows that are completed after all get
    -- categories that its ranges don't know. So it loses them, until they are built again.
    CREATE FUNCTION delete_ranges() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- Until none is left: where this waits for a category that is moved, it doesn't see yet what that has inserted.
      LOOP
        DELETE FROM category_ranges WHERE batch_id = NEW.id;
        EXIT WHEN NOT FOUND;
      END LOOP;
      DELETE FROM decision_ranges WHERE batch_id = NEW.id;
      DELETE FROM text_ranges WHERE batch_id = NEW.id;
      NEW.has_ranges := false;
      RETURN NEW;
    END $$;
    CREATE TRIGGER failed_batches_resumed BEFORE UPDATE OF status, completed_count ON batches
      FOR EACH ROW WHEN (OLD.status = 'failed' AND OLD.has_ranges) EXECUTE FUNCTION delete_ranges();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER failed_batches_resumed ON batches;
    DROP TRIGGER categories_deleted_ranges ON categories;
    DROP FUNCTION delete_ranges, uncategorize_ranges, move_category_ranges;
    DROP TABLE text_ranges, decision_ranges, category_ranges;
  `);
}
