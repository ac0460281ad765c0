import type { Knex } from 'knex';

/**
 * Which transactions people have categorized, who are few among millions: an index of `category_source`
 * would make every completing UPDATE write to it, and move the row to another page.
 *
 * Reads all transactions once, some 0.3 s a million, and locks none of them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Those given back to the patterns since may be among them.
    CREATE TABLE transactions_set_by_hand (
      transaction_id bigint PRIMARY KEY
    );
    INSERT INTO transactions_set_by_hand SELECT id FROM transactions WHERE category_source = 'manual' ORDER BY id;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE transactions_set_by_hand');
}
