import type { MatchedField } from '../domain/category-match.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import {
  bestMatchOf,
  type NormalizedText,
  toNormalizedPattern,
  toNormalizedText,
} from './brute-force-match.ts';
import { compareMatches, type RankedMatch, type RankingStep } from './compare-matches.ts';
import { findPart } from './find-part.ts';
import { inTimeSlices } from './in-time-slices.ts';
import type { PatternMatch } from './patterns/pattern-match.ts';
import { type Span, TextOrigin } from './text-origin.ts';

export interface ExplainedMatch extends PatternMatch {
  /** The part of the field, as it was sent, that the pattern is in; all of it when the field is a part of the pattern. */
  span: Span;
}

export interface LosingMatch extends ExplainedMatch {
  /** The criterion by which it loses to the winner. */
  losesBy: RankingStep;
}

export interface MatchExplanation {
  winner: ExplainedMatch | null;
  /** The other patterns that match, the best first, each with its best match. */
  others: LosingMatch[];
}

/**
 * Explains the verdict of PatternMatcher: the pattern that wins for a transaction, and the others that match it.
 * It compares every pattern, which takes milliseconds for a thousand, and yields to other work in between.
 */
export async function explainMatch(
  patterns: readonly CategoryPattern[],
  merchantName: string | null,
  description: string | null,
): Promise<MatchExplanation> {
  const texts = { merchant_name: merchantName, description };
  const merchant = normalizedOrNull(merchantName);
  const described = normalizedOrNull(description);
  const matches: RankedMatch[] = [];
  for await (const slice of inTimeSlices(patterns)) {
    for (const pattern of slice) {
      const match = bestMatchOf(toNormalizedPattern(pattern), merchant, described);
      if (match !== null) matches.push(match);
    }
  }
  matches.sort((a, b) => compareMatches(a, b).order);
  const [winner, ...others] = matches;
  if (winner === undefined) return { winner: null, others: [] };
  return {
    winner: explain(winner, texts),
    others: others.map((other) => ({
      ...explain(other, texts),
      losesBy: compareMatches(winner, other).step ?? 'id',
    })),
  };
}

function explain(
  { pattern, field, direction }: RankedMatch,
  texts: Record<MatchedField, string | null>,
): ExplainedMatch {
  const origin = new TextOrigin(texts[field] ?? '');
  const whole = origin.normalized;
  const part = direction === 'pattern_in_text' ? toNormalizedPattern(pattern).text : whole;
  return {
    pattern,
    field,
    direction,
    span: origin.spanOf(findPart(part, whole, pattern.matchMode), part.length),
  };
}

const normalizedOrNull = (text: string | null): NormalizedText | null =>
  text === null ? null : toNormalizedText(text);
