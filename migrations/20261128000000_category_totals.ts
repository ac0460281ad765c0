import type { Knex } from 'knex';

/**
 * How many rows each category has, so that the list of categories need not add up all days
 * (docs/decisions/0010). Follows `daily_totals` by itself.
 *
 * Locks `daily_totals` against writing for as long as it takes to read it once, less than a second a million
 * of its rows: what changes categories and takes batches in waits meanwhile, capture and reports do not.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- To be added up by category. Whoever changes totals only ever adds a line, and so waits for nobody, as
    -- everyone would for everyone if a category had one line that all must update.
    CREATE TABLE category_totals (
      category_id integer NOT NULL,
      row_count bigint NOT NULL
    );

    CREATE FUNCTION add_category_totals() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP IN ('UPDATE', 'DELETE') THEN
        INSERT INTO category_totals (category_id, row_count)
          SELECT category_id, -sum(row_count) FROM old_rows
           WHERE account_id IS NULL AND category_id IS NOT NULL GROUP BY category_id;
      END IF;
      IF TG_OP IN ('UPDATE', 'INSERT') THEN
        INSERT INTO category_totals (category_id, row_count)
          SELECT category_id, sum(row_count) FROM new_rows
           WHERE account_id IS NULL AND category_id IS NOT NULL GROUP BY category_id;
      END IF;
      RETURN NULL;
    END $$;
    -- One for each kind of statement: PostgreSQL hands the rows to no others.
    CREATE TRIGGER daily_totals_inserted AFTER INSERT ON daily_totals
      REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION add_category_totals();
    CREATE TRIGGER daily_totals_updated AFTER UPDATE ON daily_totals
      REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION add_category_totals();
    CREATE TRIGGER daily_totals_deleted AFTER DELETE ON daily_totals
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION add_category_totals();

    INSERT INTO category_totals (category_id, row_count)
      SELECT category_id, sum(row_count) FROM daily_totals
       WHERE account_id IS NULL AND category_id IS NOT NULL GROUP BY category_id;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER daily_totals_deleted ON daily_totals;
    DROP TRIGGER daily_totals_updated ON daily_totals;
    DROP TRIGGER daily_totals_inserted ON daily_totals;
    DROP FUNCTION add_category_totals();
    DROP TABLE category_totals;
  `);
}
