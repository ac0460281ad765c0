import {
  type CategoryMatch,
  type MatchedField,
  manualSource,
  toStoredConfidence,
} from '../../domain/category-match.ts';
import { arrayLiteral } from './array-literal.ts';

/** What a row stores about its category. Everything is null where nobody has decided. */
export interface StoredDecision {
  categoryId: number | null;
  /** `manual`, or what a categorizer calls its decisions. */
  categorySource: string | null;
  /** In ten-thousandths. */
  categoryConfidence: number | null;
  needsReview: boolean | null;
  matchedPatternId: number | null;
  matchedField: MatchedField | null;
  learnedVersionId: number | null;
}

const undecided: StoredDecision = {
  categoryId: null,
  categorySource: null,
  categoryConfidence: null,
  needsReview: null,
  matchedPatternId: null,
  matchedField: null,
  learnedVersionId: null,
};

/** @param categoryId null for no category, which processing keeps too */
export const decidedByHand = (categoryId: number | null): StoredDecision => ({
  ...undecided,
  categoryId,
  categorySource: manualSource,
});

/** @param match null for a row that no categorizer decides about */
export const decidedByCategorizer = (match: CategoryMatch | null): StoredDecision =>
  match === null
    ? undecided
    : {
        categoryId: match.categoryId,
        categorySource: match.source,
        categoryConfidence: toStoredConfidence(match.confidence),
        needsReview: match.needsReview,
        matchedPatternId: match.patternId,
        matchedField: match.field,
        learnedVersionId: match.learnedVersionId,
      };

/** The same for many rows. Equal matches that are one object become one decision. */
export function decidedByCategorizers(
  matches: readonly (CategoryMatch | null)[],
): StoredDecision[] {
  const made = new Map<CategoryMatch | null, StoredDecision>();
  return matches.map((match) => {
    let decision = made.get(match);
    if (decision === undefined) {
      decision = decidedByCategorizer(match);
      made.set(match, decision);
    }
    return decision;
  });
}

/** The columns of a decision, with the field that has the value and the type of an array of them. */
const columns = [
  ['category_id', 'categoryId', 'integer'],
  ['category_source', 'categorySource', 'text'],
  ['category_confidence', 'categoryConfidence', 'smallint'],
  ['needs_review', 'needsReview', 'boolean'],
  ['matched_pattern_id', 'matchedPatternId', 'integer'],
  ['matched_field', 'matchedField', 'text'],
  ['learned_version_id', 'learnedVersionId', 'integer'],
] as const satisfies readonly [string, keyof StoredDecision, string][];

export const decisionColumns = columns.map(([column]) => column);

/** Selects the decision of a row `t` under the names of its fields, for a query of Knex. */
export const selectDecision = Object.fromEntries(
  columns.map(([column, field]) => [field, `t.${column}`]),
) as Record<keyof StoredDecision, string>;

/** The same as SQL. */
export const selectDecisionSql = columns
  .map(([column, field]) => `t.${column} AS "${field}"`)
  .join(', ');

/** A relation of ids and decisions, whose bindings are decisionBindings(). */
export const decisionRows = `unnest(?::bigint[], ${columns.map(([, , type]) => `?::${type}[]`).join(', ')})
  AS v (id, ${decisionColumns.join(', ')})`;

export const decisionBindings = (
  ids: readonly number[],
  decisions: readonly StoredDecision[],
): string[] => [arrayLiteral(ids), ...columns.map(([, field]) => columnOf(decisions, field))];

function columnOf(decisions: readonly StoredDecision[], field: keyof StoredDecision): string {
  const values: StoredDecision[keyof StoredDecision][] = new Array(decisions.length);
  let isUsed = false;
  for (let row = 0; row < decisions.length; row++) {
    const value = (decisions[row] as StoredDecision)[field];
    values[row] = value;
    isUsed ||= value !== null;
  }
  // unnest() fills up what is missing, so a column that nobody uses costs nothing.
  return isUsed ? arrayLiteral(values) : '{}';
}

export const isSameDecision = (one: StoredDecision, other: StoredDecision): boolean =>
  columns.every(([, field]) => one[field] === other[field]);
