import { minMatchCharacters } from '../domain/normalize-text.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import { type NormalizedPattern, toNormalizedPattern } from './brute-force-match.ts';
import { compareMatches } from './compare-matches.ts';
import { findPart } from './find-part.ts';
import { inTimeSlices } from './in-time-slices.ts';

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
export async function findOverlaps(
  patterns: readonly CategoryPattern[],
  pattern: CategoryPattern,
): Promise<PatternOverlaps> {
  const overlaps: PatternOverlaps = { shadows: [], shadowedBy: [] };
  const own = toNormalizedPattern(pattern);
  if (own.length < minMatchCharacters) return overlaps;
  const overlapping: NormalizedPattern[] = [];
  for await (const slice of inTimeSlices(patterns)) {
    for (const other of slice.map(toNormalizedPattern)) {
      if (other.length < minMatchCharacters) continue;
      const [longer, shorter] = byLength(own, other);
      if (findPart(shorter.text, longer.text, shorter.pattern.matchMode) !== -1)
        overlapping.push(other);
    }
  }
  overlapping.sort((a, b) => b.length - a.length || a.pattern.id - b.pattern.id);
  for (const other of overlapping) {
    const [longer, shorter] = byLength(own, other);
    const winner = compareMatches(asMatch(longer), asMatch(shorter)).order < 0 ? longer : shorter;
    const list = winner === own ? overlaps.shadows : overlaps.shadowedBy;
    list.push({ pattern: other.pattern, always: winner === shorter });
  }
  return overlaps;
}

/** The longer one first. */
const byLength = (own: NormalizedPattern, other: NormalizedPattern) =>
  other.length > own.length ? ([other, own] as const) : ([own, other] as const);

const asMatch = ({ pattern, length }: NormalizedPattern) => ({
  pattern,
  length,
  field: 'merchant_name' as const,
  direction: 'pattern_in_text' as const,
});
