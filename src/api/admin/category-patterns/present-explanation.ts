import type { ExplainedMatch, MatchExplanation } from '../../../categorization/explain-match.ts';
import { categoryNames } from '../../../db/categories/category-names.ts';
import type { Database } from '../../../db/connection/database.ts';
import { maxLosers, type PatternMatchBody, type PatternTestResultBody } from './match-schema.ts';

/** Adds the names of the categories. */
export async function presentExplanation(
  database: Database,
  { winner, others }: MatchExplanation,
): Promise<PatternTestResultBody> {
  const shown = others.slice(0, maxLosers);
  const matches = winner === null ? [] : [winner, ...shown];
  const names = await categoryNames(
    database,
    matches.map(({ pattern }) => pattern.categoryId),
  );
  const present = ({ pattern, field, direction, span }: ExplainedMatch): PatternMatchBody => ({
    pattern_id: pattern.id,
    pattern: pattern.pattern,
    category_id: pattern.categoryId,
    // Empty only when the category was deleted between the two queries.
    category: names.get(pattern.categoryId) ?? '',
    priority: pattern.priority,
    match_mode: pattern.matchMode,
    field,
    direction,
    span,
  });
  return {
    winner: winner && present(winner),
    others: shown.map((other) => ({ ...present(other), loses_by: other.losesBy })),
  };
}
