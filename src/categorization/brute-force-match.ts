import type { MatchedField } from '../domain/category-match.ts';
import { normalizeText } from '../domain/normalize-text.ts';
import type { CategoryPattern, MatchMode } from '../domain/pattern-set.ts';
import type { MatchDirection, PatternMatch } from './pattern-matcher.ts';

/** A text or a pattern in the form in which they are compared. */
export interface NormalizedText {
  text: string;
  /** In characters. */
  length: number;
}

export interface NormalizedPattern extends NormalizedText {
  pattern: CategoryPattern;
}

interface Candidate extends PatternMatch {
  length: number;
}

/**
 * The rule as it is written, one comparison after the other, with nothing done for speed: what
 * PatternMatcher is held against in tests and in the benchmark. Normalising is apart, so that the
 * benchmark need not charge it for that.
 */
export function bruteForceMatch(
  patterns: readonly NormalizedPattern[],
  merchantName: NormalizedText | null,
  description: NormalizedText | null,
): PatternMatch | null {
  let winner: Candidate | null = null;
  for (const [field, text] of [
    ['merchant_name', merchantName],
    ['description', description],
  ] as [MatchedField, NormalizedText | null][]) {
    if (text === null || text.length < 3) continue;
    for (const { pattern, text: patternText, length } of patterns) {
      if (length < 3) continue;
      if (isContained(patternText, text.text, pattern.matchMode)) {
        winner = better(winner, { pattern, field, direction: 'pattern_in_text', length });
      }
      if (isContained(text.text, patternText, pattern.matchMode)) {
        winner = better(winner, { pattern, field, direction: 'text_in_pattern', length });
      }
    }
  }
  return winner && { pattern: winner.pattern, field: winner.field, direction: winner.direction };
}

export function toNormalizedText(text: string): NormalizedText {
  const normalized = normalizeText(text);
  return { text: normalized, length: [...normalized].length };
}

export function toNormalizedPattern(pattern: CategoryPattern): NormalizedPattern {
  return { pattern, ...toNormalizedText(pattern.pattern) };
}

function isContained(part: string, whole: string, mode: MatchMode): boolean {
  for (let at = whole.indexOf(part); at !== -1; at = whole.indexOf(part, at + 1)) {
    if (mode === 'contains' || standsAsWords(part, whole, at)) return true;
  }
  return false;
}

const ENDS_AS_WORD = /[\p{L}\p{M}\p{N}]$/u;
const BEGINS_AS_WORD = /^[\p{L}\p{M}\p{N}]/u;

/** A side of the part that is no letter, mark or digit needs no boundary. */
function standsAsWords(part: string, whole: string, at: number): boolean {
  const before = whole.slice(0, at);
  const after = whole.slice(at + part.length);
  return (
    !(BEGINS_AS_WORD.test(part) && ENDS_AS_WORD.test(before)) &&
    !(ENDS_AS_WORD.test(part) && BEGINS_AS_WORD.test(after))
  );
}

const FIELD_ORDER: MatchedField[] = ['merchant_name', 'description'];
const DIRECTION_ORDER: MatchDirection[] = ['pattern_in_text', 'text_in_pattern'];

function better(a: Candidate | null, b: Candidate): Candidate {
  if (a === null) return b;
  const order =
    b.pattern.priority - a.pattern.priority ||
    FIELD_ORDER.indexOf(a.field) - FIELD_ORDER.indexOf(b.field) ||
    DIRECTION_ORDER.indexOf(a.direction) - DIRECTION_ORDER.indexOf(b.direction) ||
    b.length - a.length ||
    a.pattern.id - b.pattern.id;
  return order <= 0 ? a : b;
}
