import type { Knex } from 'knex';

/**
 * How a pattern matches: anywhere in a text, as all patterns did so far, or as whole words only.
 *
 * Takes an ACCESS EXCLUSIVE lock on category_patterns, for an instant: a column with a constant
 * default rewrites nothing, and the check reads a table of some thousand rows. The version of the
 * pattern set stays, because no pattern comes to mean something else.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE category_patterns
      ADD COLUMN match_mode text NOT NULL DEFAULT 'contains'
        CHECK (match_mode IN ('contains', 'word'))
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE category_patterns DROP COLUMN match_mode');
}
