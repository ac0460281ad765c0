import type { Knex } from 'knex';

/**
 * Totals of the rows of completed batches (docs/decisions/0010), so that the cost of a report grows with the
 * days and categories in it, and not with the rows behind them.
 *
 * Creates tables, and locks nothing that exists. The workers fill them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Accounts of so many rows that their reports are faster from totals. The rows of all others are read as
    -- quickly themselves, and to keep totals of them would cost as much as to store them.
    CREATE TABLE accounts_with_totals (
      account_id text COLLATE "C" PRIMARY KEY
    );

    -- Sums change again and again, and indexed columns do not, so the table leaves room for updates on each page.
    CREATE TABLE daily_totals (
      -- Null: the sum over all accounts, whether or not they have totals of their own.
      account_id text COLLATE "C",
      date date NOT NULL,
      currency text NOT NULL,
      -- No reference, which would be checked row by row. Deleting a category moves its totals.
      category_id integer,
      row_count bigint NOT NULL,
      -- Of rows with a negative amount.
      spend_count bigint NOT NULL,
      spend numeric NOT NULL,
      income numeric NOT NULL,
      UNIQUE NULLS NOT DISTINCT (account_id, date, currency, category_id)
    ) WITH (fillfactor = 80);

    -- Rows without a category that nobody has set by hand, by their text. The key is a hash, because a text may
    -- be longer than an index can hold.
    CREATE TABLE uncategorized_totals (
      text text NOT NULL,
      text_hash uuid GENERATED ALWAYS AS (md5(text)::uuid) STORED,
      currency text NOT NULL,
      row_count bigint NOT NULL,
      amount numeric NOT NULL,
      PRIMARY KEY (text_hash, currency)
    ) WITH (fillfactor = 80);

    -- How many rows each category has is the sum of its lines, so that the list of categories need not add up
    -- all days. Changes of totals only add lines. If all updated one line of a category, they would wait for
    -- each other.
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
    -- One trigger for each kind of statement: PostgreSQL gives transition tables to no others.
    CREATE TRIGGER daily_totals_inserted AFTER INSERT ON daily_totals
      REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION add_category_totals();
    CREATE TRIGGER daily_totals_updated AFTER UPDATE ON daily_totals
      REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION add_category_totals();
    CREATE TRIGGER daily_totals_deleted AFTER DELETE ON daily_totals
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION add_category_totals();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE category_totals, uncategorized_totals, daily_totals, accounts_with_totals;
    DROP FUNCTION add_category_totals;
  `);
}
