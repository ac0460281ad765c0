import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { MatchKind } from './match-kind.ts';
import type { PatternMatcher } from './pattern-matcher.ts';

/** The pattern that wins for a transaction, and how it matches. */
export interface MatchedPattern {
  patternId: number;
  categoryId: number;
  kind: MatchKind;
}

/** Returns null if no pattern matches. */
export function findMatchedPattern(
  matcher: PatternMatcher,
  { merchantName, description }: CategorizableTransaction,
): MatchedPattern | null {
  const match = matcher.match(merchantName, description);
  if (match === null) return null;
  const { pattern, kind } = match;
  return { patternId: pattern.id, categoryId: pattern.categoryId, kind };
}
