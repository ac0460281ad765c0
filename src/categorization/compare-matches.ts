import type { MatchedField } from '../domain/category-match.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import type { MatchDirection } from './patterns/pattern-match.ts';

/** A match with everything that the ranking uses. */
export interface RankedMatch {
  pattern: CategoryPattern;
  field: MatchedField;
  direction: MatchDirection;
  /** Characters of the normalised pattern. */
  length: number;
}

/** The criteria that decide between two matches, the first one first. */
export const rankingSteps = ['priority', 'field', 'direction', 'length', 'id'] as const;
export type RankingStep = (typeof rankingSteps)[number];

const fieldOrder: MatchedField[] = ['merchant_name', 'description'];
const directionOrder: MatchDirection[] = ['pattern_in_text', 'text_in_pattern'];

const comparisons: Record<RankingStep, (a: RankedMatch, b: RankedMatch) => number> = {
  priority: (a, b) => b.pattern.priority - a.pattern.priority,
  field: (a, b) => fieldOrder.indexOf(a.field) - fieldOrder.indexOf(b.field),
  direction: (a, b) => directionOrder.indexOf(a.direction) - directionOrder.indexOf(b.direction),
  length: (a, b) => b.length - a.length,
  id: (a, b) => a.pattern.id - b.pattern.id,
};

/** Negative when `a` comes before `b`, with the criterion that decided. The criterion is null for equal matches. */
export function compareMatches(
  a: RankedMatch,
  b: RankedMatch,
): { order: number; step: RankingStep | null } {
  for (const step of rankingSteps) {
    const order = comparisons[step](a, b);
    if (order !== 0) return { order, step };
  }
  return { order: 0, step: null };
}
