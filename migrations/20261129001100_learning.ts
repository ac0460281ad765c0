import type { Knex } from 'knex';

/**
 * What categorizers learn from people, what they learned, and how each of them takes part.
 *
 * Creates tables. Their references lock transactions and categories against writing for an instant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Everything that one training learned. The newest is not always the live one.
    CREATE TABLE learned_versions (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- The labels that were there at this moment are in it.
      trained_at timestamptz NOT NULL,
      labelled_row_count integer NOT NULL,
      merchant_count integer NOT NULL,
      -- How well it did on rows that it had not learned from.
      evaluation jsonb NOT NULL,
      -- The bytes of src/categorization/learned/.
      data bytea STORAGE EXTERNAL NOT NULL,
      -- How it answered each labelled row, so that the next version can be compared on the same rows.
      answers bytea STORAGE EXTERNAL NOT NULL
    );

    CREATE TABLE trainings (
      -- UUID v7, so newest first is by id.
      id uuid PRIMARY KEY,
      status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
      -- What came of a completed training: its version went live, it is worse than the live one, or there was
      -- nothing to learn from.
      outcome text CHECK (outcome IN ('live', 'worse', 'no_labels')),
      learned_version_id integer REFERENCES learned_versions ON DELETE SET NULL,
      labelled_row_count integer,
      merchant_count integer,
      failure_reason text,
      requested_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz,
      CHECK ((status = 'running') = (finished_at IS NULL))
    );
    CREATE INDEX trainings_running ON trainings (id) WHERE status = 'running';

    -- How each categorizer takes part. One that has no row here has its defaults.
    CREATE TABLE categorizers (
      name text PRIMARY KEY,
      mode text NOT NULL CHECK (mode IN ('on', 'shadow', 'off')),
      target_precision numeric(5,4) NOT NULL CHECK (target_precision >= 0.5 AND target_precision < 1)
    );

    -- Which version is live, and a count of all changes of it, of the table above and of the categories, so that reading one row
    -- tells whether a compiled chain is current.
    CREATE TABLE categorizer_state (
      id boolean PRIMARY KEY DEFAULT true CHECK (id),
      version bigint NOT NULL,
      live_version_id integer REFERENCES learned_versions,
      -- When a person made it live. Only labels after that are a reason to replace it unasked.
      chosen_at timestamptz
    );
    INSERT INTO categorizer_state (version) VALUES (1);
    CREATE FUNCTION bump_categorizer_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE categorizer_state SET version = version + 1;
      RETURN NULL;
    END $$;
    CREATE TRIGGER categorizers_changed
      AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON categorizers
      FOR EACH STATEMENT EXECUTE FUNCTION bump_categorizer_version();
    -- What was learned may name categories that no longer exist. The name puts it behind the trigger that changes the
    -- rows of a deleted category, so that others don't wait for that here.
    CREATE TRIGGER categories_version
      AFTER INSERT OR UPDATE OF normalized_name OR DELETE OR TRUNCATE ON categories
      FOR EACH STATEMENT EXECUTE FUNCTION bump_categorizer_version();
    CREATE FUNCTION count_live_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.version := OLD.version + 1;
      RETURN NEW;
    END $$;
    CREATE TRIGGER live_version_changed BEFORE UPDATE OF live_version_id ON categorizer_state
      FOR EACH ROW EXECUTE FUNCTION count_live_version();

    -- Rows that a person gave a category, and what had been decided before. Whether a row is still set by hand, and
    -- to which category, is on the row itself.
    CREATE TABLE labels (
      transaction_id bigint PRIMARY KEY REFERENCES transactions ON DELETE CASCADE,
      -- When the row was labelled, and not when that transaction began: a training may have begun between the two.
      labelled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      -- The decision that the person confirmed or corrected; null where there was none.
      decided_category_id integer,
      decided_source text,
      decided_confidence smallint,
      decided_version_id integer,
      needed_review boolean,
      -- Drawn at random for confirmation, so that it shows how right all decisions are, and not only the odd ones.
      is_sampled boolean NOT NULL DEFAULT false,
      -- The acceptance of suggestions that set it.
      acceptance_id uuid
    );
    CREATE INDEX labels_labelled_at ON labels (labelled_at);
    CREATE INDEX labels_acceptance ON labels (acceptance_id, transaction_id) WHERE acceptance_id IS NOT NULL;

    -- Labels that somebody took back since the last training, as by undoing an acceptance: what was learned from them
    -- has to be unlearned. One row for each change of rows, so that changes don't wait for one another.
    CREATE TABLE removed_labels (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      removed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      row_count integer NOT NULL
    );

    -- Automatic decisions drawn at random each week, for people to confirm or correct.
    CREATE TABLE sampled_decisions (
      -- The Monday of the week.
      week date NOT NULL,
      transaction_id bigint NOT NULL REFERENCES transactions ON DELETE CASCADE,
      PRIMARY KEY (week, transaction_id)
    );
    -- Whether a row was drawn is asked whenever somebody answers.
    CREATE INDEX sampled_decisions_transaction ON sampled_decisions (transaction_id);

    -- What categorizers in shadow would have decided differently, added up for each chunk of rows.
    CREATE TABLE shadow_decisions (
      decided_at timestamptz NOT NULL DEFAULT now(),
      categorizer text NOT NULL,
      -- Null for no category. No references: a deleted category's counts stay.
      from_category_id integer,
      to_category_id integer,
      row_count integer NOT NULL
    );
    CREATE INDEX shadow_decisions_decided_at ON shadow_decisions (decided_at);

    -- What became of merged categories, for what was learned before.
    CREATE TABLE category_merges (
      from_id integer PRIMARY KEY,
      into_id integer NOT NULL REFERENCES categories ON DELETE CASCADE
    );

    -- Suggestions that are not made again. The id of a group is a hash of its name, which may be too long for an index.
    CREATE TABLE rejected_suggestions (
      group_id text COLLATE "C" NOT NULL,
      category_id integer NOT NULL REFERENCES categories ON DELETE CASCADE,
      -- Those of the group's rows, as normalizeMerchant returns them: a language model may say the same about one later.
      merchants text[] NOT NULL,
      rejected_at timestamptz NOT NULL DEFAULT now(),
      rejected_by text NOT NULL,
      PRIMARY KEY (group_id, category_id)
    );
    -- Deleting a category looks for its rows here, and in the tables below.
    CREATE INDEX rejected_suggestions_category ON rejected_suggestions (category_id);

    -- Suggestions that somebody accepted. A workflow of the acceptance's id sets the rows.
    CREATE TABLE acceptances (
      -- UUID v7, so newest first is by id.
      id uuid PRIMARY KEY,
      status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed', 'undoing', 'undone')),
      group_count integer NOT NULL,
      -- The rows that existed when it was requested: later ones are not in the queue that somebody looked at.
      first_transaction_id bigint NOT NULL,
      last_transaction_id bigint NOT NULL,
      -- How far it has come, or its undoing. It is written together with the rows, so that a repeated attempt goes on
      -- from there, and counts no row twice.
      next_transaction_id bigint NOT NULL,
      -- The texts of its groups, where these are few: ranges of texts then lead to the rows, so that accepting one group
      -- after the other doesn't read all rows each time.
      texts text[],
      changed_count bigint NOT NULL DEFAULT 0,
      undone_count bigint NOT NULL DEFAULT 0,
      failure_reason text,
      requested_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    );
    CREATE INDEX acceptances_open ON acceptances (id) WHERE status IN ('running', 'undoing');
    CREATE TABLE accepted_suggestions (
      acceptance_id uuid NOT NULL REFERENCES acceptances ON DELETE CASCADE,
      group_id text COLLATE "C" NOT NULL,
      category_id integer NOT NULL REFERENCES categories ON DELETE CASCADE,
      PRIMARY KEY (acceptance_id, group_id)
    );
    CREATE INDEX accepted_suggestions_category ON accepted_suggestions (category_id);

    -- Merchants that a language model is to be asked about.
    CREATE TABLE merchant_questions (
      -- As normalizeMerchant returns it.
      merchant text COLLATE "C" PRIMARY KEY,
      -- Zero for one that was asked before, and that should not be asked again as its rows are now.
      row_count integer NOT NULL,
      -- Somebody who asked a few minutes ago may still wait for the answer, or was killed. Null before it is asked.
      not_before timestamptz,
      -- How often something came back that is no answer.
      unreadable_count smallint NOT NULL DEFAULT 0,
      -- How often nothing came back.
      unanswered_count smallint NOT NULL DEFAULT 0
    );

    -- What a language model said about merchants. Each is asked about once.
    CREATE TABLE merchant_answers (
      -- As normalizeMerchant returns it.
      merchant text COLLATE "C" PRIMARY KEY,
      -- Null for "none".
      category_id integer REFERENCES categories ON DELETE CASCADE,
      -- As the model stated it.
      confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
      model text NOT NULL,
      answered_at timestamptz NOT NULL DEFAULT now(),
      -- Whether rows that waited for the answer have had their chance to get it.
      is_applied boolean NOT NULL DEFAULT false,
      -- Whether somebody has rejected the category as a suggestion for a group with the merchant.
      is_rejected boolean NOT NULL DEFAULT false
    );
    CREATE INDEX merchant_answers_waiting ON merchant_answers (merchant)
      WHERE category_id IS NOT NULL AND NOT is_applied AND NOT is_rejected;
    CREATE INDEX merchant_answers_category ON merchant_answers (category_id);

    -- How many merchants with labels were answered rightly, by the tenth that the stated confidence lies in.
    CREATE TABLE language_model_evidence (
      stated_tenth smallint PRIMARY KEY CHECK (stated_tenth BETWEEN 0 AND 9),
      answer_count integer NOT NULL,
      right_count integer NOT NULL
    );

    -- Tokens that were used on a day (UTC), and those reserved for questions that are not answered yet.
    CREATE TABLE language_model_tokens (
      day date PRIMARY KEY,
      used_count bigint NOT NULL DEFAULT 0,
      reserved_count bigint NOT NULL DEFAULT 0
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER categories_version ON categories;
    DROP TABLE language_model_tokens, language_model_evidence, merchant_answers, merchant_questions,
      accepted_suggestions, acceptances, rejected_suggestions, category_merges, shadow_decisions, sampled_decisions,
      removed_labels, labels, categorizer_state, categorizers, trainings, learned_versions;
    DROP FUNCTION bump_categorizer_version, count_live_version;
  `);
}
