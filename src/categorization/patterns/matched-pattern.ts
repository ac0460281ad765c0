import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import { type MatchKind, matchKind } from './match-kind.ts';
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
  const text = match.field === 'merchant_name' ? merchantName : description;
  return {
    patternId: match.pattern.id,
    categoryId: match.pattern.categoryId,
    kind: matchKind(match, text ?? ''),
  };
}
