import { MIN_MATCH_CHARACTERS } from '../domain/normalize-text.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import { type NormalizedPattern, toNormalizedPattern } from './brute-force-match.ts';
import { compareMatches } from './compare-matches.ts';
import { findPart } from './find-part.ts';

export interface PatternOverlap {
  pattern: CategoryPattern;
  /** Whether the loser is the longer one, so that it never wins where it stands in a text. */
  always: boolean;
}

export interface PatternOverlaps {
  /** Those that this one wins over. */
  shadows: PatternOverlap[];
  /** Those that win over this one. */
  shadowedBy: PatternOverlap[];
}

/**
 * Two patterns overlap where the longer one, taken as a text, is matched by the shorter one too. The
 * one that wins for that text shadows the other. The longest of the others come first.
 */
export function findOverlaps(
  patterns: readonly CategoryPattern[],
  pattern: CategoryPattern,
): PatternOverlaps {
  const overlaps: PatternOverlaps = { shadows: [], shadowedBy: [] };
  const own = toNormalizedPattern(pattern);
  if (own.length < MIN_MATCH_CHARACTERS) return overlaps;
  const others = patterns
    .map(toNormalizedPattern)
    .filter(({ length }) => length >= MIN_MATCH_CHARACTERS)
    .sort((a, b) => b.length - a.length || a.pattern.id - b.pattern.id);
  for (const other of others) {
    const [longer, shorter] = other.length > own.length ? [other, own] : [own, other];
    if (findPart(shorter.text, longer.text, shorter.pattern.matchMode) === -1) continue;
    const winner = compareMatches(asMatch(longer), asMatch(shorter)).order < 0 ? longer : shorter;
    const list = winner === own ? overlaps.shadows : overlaps.shadowedBy;
    list.push({ pattern: other.pattern, always: winner === shorter });
  }
  return overlaps;
}

const asMatch = ({ pattern, length }: NormalizedPattern) => ({
  pattern,
  length,
  field: 'merchant_name' as const,
  direction: 'pattern_in_text' as const,
});
