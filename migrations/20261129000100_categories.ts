import type { Knex } from 'knex';

/**
 * Categories, the patterns that assign them, and the version of the pattern set.
 *
 * Creates tables, and locks nothing that exists.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE categories (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      -- The application normalises it, so that "the same name" does not depend on the server's locale.
      normalized_name text NOT NULL UNIQUE,
      color text NOT NULL CHECK (color ~ '^#[0-9a-f]{6}$'),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE category_patterns (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      category_id integer NOT NULL REFERENCES categories ON DELETE CASCADE,
      pattern text NOT NULL,
      normalized_pattern text NOT NULL UNIQUE,
      -- Whether the pattern matches anywhere in a text, or as whole words only.
      match_mode text NOT NULL DEFAULT 'contains' CHECK (match_mode IN ('contains', 'word')),
      priority integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX category_patterns_category_id ON category_patterns (category_id);

    -- Counts every change of the pattern set, however it is made, so that reading one row tells whether a
    -- compiled matcher is current.
    CREATE TABLE pattern_set (
      id boolean PRIMARY KEY DEFAULT true CHECK (id),
      version bigint NOT NULL
    );
    INSERT INTO pattern_set (version) VALUES (1);
    CREATE FUNCTION bump_pattern_set_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE pattern_set SET version = version + 1;
      RETURN NULL;
    END $$;
    CREATE TRIGGER category_patterns_changed
      AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON category_patterns
      FOR EACH STATEMENT EXECUTE FUNCTION bump_pattern_set_version();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE pattern_set, category_patterns, categories;
    DROP FUNCTION bump_pattern_set_version;
  `);
}
