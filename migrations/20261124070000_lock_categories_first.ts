import type { Knex } from 'knex';

/**
 * The check that rows refer to categories that exist locks these, which is too late for a row that was set
 * by hand and is now completed: its category is not assigned here, and whoever removes that category holds
 * it and waits for the row. So what is set by hand is only looked up; whoever sets it has locked it before.
 * Locks nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(checkCategories(`WHERE category_source IS DISTINCT FROM 'manual'`));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(checkCategories(''));
}

const checkCategories = (locked: string): string => `
  CREATE OR REPLACE FUNCTION check_transaction_categories() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      orphan integer;
    BEGIN
      PERFORM FROM categories WHERE id IN (SELECT DISTINCT category_id FROM new_rows ${locked}) FOR KEY SHARE;
      SELECT category_id INTO orphan
        FROM (SELECT DISTINCT category_id FROM new_rows WHERE category_id IS NOT NULL) AS used
        WHERE NOT EXISTS (SELECT FROM categories WHERE id = used.category_id) LIMIT 1;
      IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('transactions refer to the missing category %s', orphan);
      END IF;
      RETURN NULL;
    END $$`;
