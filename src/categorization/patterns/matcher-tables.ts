import { characterCount, minMatchCharacters, normalizeText } from '../../domain/normalize-text.ts';
import type { CategoryPattern, MatchMode } from '../../domain/pattern-set.ts';
import { CharacterClasses } from './character-classes.ts';
import { markWords } from './mark-words.ts';
import { buildPatternInText, type PatternInTextTables } from './pattern-in-text-automaton.ts';
import { buildTextInPattern, type TextInPatternTables } from './text-in-pattern-automaton.ts';

/** The result of compiling patterns, in numbers alone, which threads can transfer. */
export interface MatcherTables {
  /** The places of the patterns that can match, among those given, the best first. */
  order: Uint32Array<ArrayBuffer>;
  /** Tables of all patterns, each as if its mode were `contains`. */
  all: AutomataTables;
  /** Tables by mode; null when all patterns have the mode `contains`. */
  byMode: Record<MatchMode, AutomataTables> | null;
}

export interface AutomataTables {
  patternInText: PatternInTextTables;
  textInPattern: TextInPatternTables;
}

/** The fields of a pattern that compiling uses. */
export type RankablePattern = Pick<CategoryPattern, 'id' | 'pattern' | 'priority' | 'matchMode'>;

/** Compiles patterns: some seconds and some hundred megabytes at the limit of their characters. */
export function buildMatcherTables(patterns: readonly RankablePattern[]): MatcherTables {
  const ranked = rankPatterns(patterns);
  const ofMode =
    (mode: MatchMode) =>
    ({ matchMode }: RankedPattern) =>
      matchMode === mode;
  return {
    order: Uint32Array.from(ranked, ({ place }) => place),
    all: buildAutomata(ranked),
    byMode: ranked.some(ofMode('word'))
      ? {
          contains: buildAutomata(ranked.filter(ofMode('contains'))),
          word: buildAutomata(
            ranked
              .filter(ofMode('word'))
              .map((pattern) => ({ ...pattern, text: markWords(pattern.text) })),
          ),
        }
      : null,
  };
}

interface RankedPattern {
  /** As it is compared. */
  text: string;
  matchMode: MatchMode;
  rank: number;
  /** Among the patterns as they were given. */
  place: number;
}

/** The patterns come best first; of those alike the best counts. */
function buildAutomata(ranked: readonly RankedPattern[]): AutomataTables {
  const rankOf = new Map<string, number>();
  for (const { text, rank } of ranked) if (!rankOf.has(text)) rankOf.set(text, rank);
  const texts = [...rankOf.keys()];
  const ranks = [...rankOf.values()];
  const classes = new CharacterClasses(texts);
  return {
    patternInText: buildPatternInText(texts, classes, ranks),
    textInPattern: buildTextInPattern(texts, classes, ranks),
  };
}

/** The patterns that can match, normalised, the best first. */
function rankPatterns(patterns: readonly RankablePattern[]): RankedPattern[] {
  return patterns
    .map((pattern, place) => {
      const text = normalizeText(pattern.pattern);
      return { pattern, place, text, length: characterCount(text) };
    })
    .filter(({ length }) => length >= minMatchCharacters)
    .sort(
      (a, b) =>
        b.pattern.priority - a.pattern.priority ||
        b.length - a.length ||
        a.pattern.id - b.pattern.id,
    )
    .map(({ pattern, place, text }, rank) => ({ text, matchMode: pattern.matchMode, rank, place }));
}
