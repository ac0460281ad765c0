import type { MatchedField } from '../domain/category-match.ts';
import { minMatchCharacters, normalizeText } from '../domain/normalize-text.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import { compareMatches, type RankedMatch } from './compare-matches.ts';
import { findPart } from './find-part.ts';
import type { PatternMatch } from './patterns/pattern-match.ts';

/** A normalised text or pattern. */
export interface NormalizedText {
  text: string;
  /** Number of characters. */
  length: number;
}

export interface NormalizedPattern extends NormalizedText {
  pattern: CategoryPattern;
}

/**
 * The matching rule as it is written, one comparison after the other, with nothing done for speed. Tests and the
 * benchmark compare PatternMatcher with it. It takes normalised texts, so that the benchmark does not time
 * normalising.
 */
export function bruteForceMatch(
  patterns: readonly NormalizedPattern[],
  merchantName: NormalizedText | null,
  description: NormalizedText | null,
): PatternMatch | null {
  let winner: RankedMatch | null = null;
  for (const pattern of patterns) {
    const match = bestMatchOf(pattern, merchantName, description);
    if (match !== null && (winner === null || compareMatches(match, winner).order < 0))
      winner = match;
  }
  return winner && { pattern: winner.pattern, field: winner.field, direction: winner.direction };
}

/** The best match of one pattern; null when it does not match. */
export function bestMatchOf(
  pattern: NormalizedPattern,
  merchantName: NormalizedText | null,
  description: NormalizedText | null,
): RankedMatch | null {
  return (
    matchField(pattern, merchantName, 'merchant_name') ??
    matchField(pattern, description, 'description')
  );
}

function matchField(
  { pattern, text: patternText, length }: NormalizedPattern,
  text: NormalizedText | null,
  field: MatchedField,
): RankedMatch | null {
  if (text === null || text.length < minMatchCharacters || length < minMatchCharacters) return null;
  if (findPart(patternText, text.text, pattern.matchMode) !== -1)
    return { pattern, field, direction: 'pattern_in_text', length };
  if (findPart(text.text, patternText, pattern.matchMode) !== -1)
    return { pattern, field, direction: 'text_in_pattern', length };
  return null;
}

export function toNormalizedText(text: string): NormalizedText {
  const normalized = normalizeText(text);
  return { text: normalized, length: [...normalized].length };
}

export function toNormalizedPattern(pattern: CategoryPattern): NormalizedPattern {
  return { pattern, ...toNormalizedText(pattern.pattern) };
}
