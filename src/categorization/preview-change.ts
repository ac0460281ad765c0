import { characterCount, normalizeText } from '../domain/normalize-text.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import {
  bestMatchOf,
  type NormalizedPattern,
  type NormalizedText,
  toNormalizedPattern,
  toNormalizedText,
} from './brute-force-match.ts';
import { compareMatches } from './compare-matches.ts';
import { inTimeSlices } from './in-time-slices.ts';
import type { Matcher } from './matcher-without-pattern.ts';
import type { PatternMatch } from './patterns/pattern-match.ts';

/** Rows with the same texts and the same category. */
export interface CategorizedTexts {
  merchantName: string | null;
  description: string | null;
  categoryId: number | null;
  /** Patterns do not change a category that was set by hand. */
  isManual: boolean;
  transactionCount: number;
}

/** A pattern that is added, or replaces another one. */
export interface PatternChange {
  before: CategoryPattern | null;
  after: CategoryPattern;
}

export interface Move<Texts> {
  from: number | null;
  to: number | null;
  transactionCount: number;
  /** The texts that move, the most rows first. */
  texts: Texts[];
}

export interface ChangePreview<Texts> {
  /** Rows that the pattern matches, whichever pattern wins. */
  matchedCount: number;
  /** Matched rows that were set by hand. */
  keptManualCount: number;
  /** The most rows first. */
  moves: Move<Texts>[];
}

/**
 * Finds the rows whose category would change if the patterns were applied again after the change: rows for which the
 * pattern wins, or won before the change, and which have another category than they would get.
 *
 * @param withoutBefore the matcher of all patterns but the one that the change is about
 */
export async function previewChange<Texts extends CategorizedTexts>(
  { before, after }: PatternChange,
  withoutBefore: Matcher,
  groups: readonly Texts[],
): Promise<ChangePreview<Texts>> {
  const patterns = {
    before: before && toNormalizedPattern(before),
    after: toNormalizedPattern(after),
  };
  const preview: ChangePreview<Texts> = { matchedCount: 0, keptManualCount: 0, moves: [] };
  const moves = new Map<string, Move<Texts>>();
  for await (const slice of inTimeSlices(groups)) {
    for (const group of slice) {
      const merchantName = normalizedOrNull(group.merchantName);
      const description = normalizedOrNull(group.description);
      const others = () => withoutBefore.match(group.merchantName, group.description);
      const winsAfter = isWinner(patterns.after, merchantName, description, others);
      if (winsAfter !== null) {
        preview.matchedCount += group.transactionCount;
        if (group.isManual) preview.keptManualCount += group.transactionCount;
      }
      if (group.isManual) continue;
      const wonBefore =
        patterns.before !== null && isWinner(patterns.before, merchantName, description, others);
      if (winsAfter !== true && wonBefore !== true) continue;
      const to = winsAfter ? after.categoryId : (others()?.pattern.categoryId ?? null);
      if (to !== group.categoryId) addMove(moves, group, to);
    }
  }
  preview.moves = [...moves.values()].sort((a, b) => b.transactionCount - a.transactionCount);
  for (const move of preview.moves)
    move.texts.sort((a, b) => b.transactionCount - a.transactionCount);
  return preview;
}

/** Null when the pattern does not match. */
function isWinner(
  pattern: NormalizedPattern,
  merchantName: NormalizedText | null,
  description: NormalizedText | null,
  others: () => PatternMatch | null,
): boolean | null {
  const match = bestMatchOf(pattern, merchantName, description);
  if (match === null) return null;
  const other = others();
  if (other === null) return true;
  const length = characterCount(normalizeText(other.pattern.pattern));
  return compareMatches(match, { ...other, length }).order < 0;
}

function addMove<Texts extends CategorizedTexts>(
  moves: Map<string, Move<Texts>>,
  group: Texts,
  to: number | null,
): void {
  const key = `${group.categoryId}:${to}`;
  const move = moves.get(key) ?? { from: group.categoryId, to, transactionCount: 0, texts: [] };
  move.transactionCount += group.transactionCount;
  move.texts.push(group);
  moves.set(key, move);
}

const normalizedOrNull = (text: string | null): NormalizedText | null =>
  text === null ? null : toNormalizedText(text);
