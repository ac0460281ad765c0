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
import { inSlices } from './in-slices.ts';
import type { PatternMatch } from './patterns/pattern-matcher.ts';
import { type Span, TextOrigin } from './text-origin.ts';

export interface ExplainedMatch extends PatternMatch {
  /** Of the field as it was sent: where the pattern stands, or all of it where it stands in the pattern. */
  span: Span;
}

export interface LosingMatch extends ExplainedMatch {
  /** In what it comes after the winner. */
  losesBy: RankingStep;
}

export interface MatchExplanation {
  winner: ExplainedMatch | null;
  /** The other patterns that match too, the best first; each with the best of its ways. */
  others: LosingMatch[];
}

/**
 * Which pattern wins for a transaction and which others match it: the verdict of PatternMatcher, in
 * full. It compares every pattern, some milliseconds for some thousand, and lets others have their turn meanwhile.
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
  for await (const slice of inSlices(patterns)) {
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
