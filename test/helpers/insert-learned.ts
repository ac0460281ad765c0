import { learnFromRows } from '../../src/categorization/chain/learn-from-rows.ts';
import { heldOutOpinions } from '../../src/categorization/evaluation/held-out-opinions.ts';
import type { LabelledRow } from '../../src/categorization/labelled-row.ts';
import { Acceptance } from '../../src/categorization/learned/acceptance.ts';
import { encodeAnswers } from '../../src/categorization/learned/encode-answers.ts';
import { encodeLearned } from '../../src/categorization/learned/encode-learned.ts';
import type { MatchedPattern } from '../../src/categorization/patterns/matched-pattern.ts';
import type { Database } from '../../src/db/connection/database.ts';

/**
 * Learns from labelled rows, and makes that the live version. Returns its id.
 *
 * @param matchOf the pattern that wins for a row; by default, none does
 */
export async function insertLearned(
  database: Database,
  rows: readonly LabelledRow[],
  matchOf: (row: LabelledRow) => MatchedPattern | null = () => null,
): Promise<number> {
  const matched = rows.map((row) => ({ ...row, match: matchOf(row) }));
  const learned = await learnFromRows(matched, []);
  const acceptance = await Acceptance.measure(await heldOutOpinions(matched, learned));
  const [version] = await database('learned_versions')
    .insert({
      trained_at: new Date(),
      labelled_row_count: rows.length,
      merchant_count: rows.length,
      evaluation: {},
      data: encodeLearned({ ...learned, acceptance }),
      answers: encodeAnswers(new Map()),
    })
    .returning<{ id: number }[]>('id');
  const id = version?.id as number;
  await database('categorizer_state').update({ live_version_id: id });
  return id;
}
