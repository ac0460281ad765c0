import type { MatchedField } from '../../domain/category-match.ts';
import { characterCount, minMatchCharacters, normalizeText } from '../../domain/normalize-text.ts';
import type { CategoryPattern, MatchMode } from '../../domain/pattern-set.ts';
import { markWords } from './mark-words.ts';
import { type AutomataTables, buildMatcherTables, type MatcherTables } from './matcher-tables.ts';
import { noRank } from './no-rank.ts';
import { PatternInTextAutomaton } from './pattern-in-text-automaton.ts';
import { RecentTexts } from './recent-texts.ts';
import { TextInPatternAutomaton } from './text-in-pattern-automaton.ts';
import { TextMatch } from './text-match.ts';

/**
 * Compiles a matcher of the present patterns, which does not see later changes. It blocks the process, so API
 * and worker use compilePatternsInThread.
 */
export function compilePatterns(patterns: readonly CategoryPattern[]): PatternMatcher {
  return new PatternMatcher(patterns, buildMatcherTables(patterns));
}

/**
 * Finds the pattern that wins for a transaction, at a cost that depends on the length of its texts
 * and hardly on the number of patterns.
 *
 * A pattern matches a field when one is contained in the other, both normalised and both of at
 * least minMatchCharacters; a pattern of the mode `word` only when the one stands in the other at
 * boundaries of words. Of all matches the winner is that of the higher priority, then of the
 * merchant name before the description, then of a pattern in the text before a text in the pattern,
 * then of the longer pattern, then of the lower pattern id.
 *
 * Within one field and one direction that leaves priority, length and id, which is an order of the
 * patterns alone. A pattern's place in that order is its rank, and the automata find the best rank.
 */
export class PatternMatcher {
  readonly #ranked: readonly CategoryPattern[];
  /** Automata of all patterns, each as if its mode were `contains`. */
  readonly #all: Automata;
  /** Automata by mode; null when all patterns have the mode `contains`. */
  readonly #byMode: Record<MatchMode, Automata> | null;
  readonly #recentTexts = new RecentTexts();
  /** For the place of each recent text the best rank of each direction, or noRank. */
  readonly #patternInTextRanks = new Int32Array(RecentTexts.places);
  readonly #textInPatternRanks = new Int32Array(RecentTexts.places);
  /** What these ranks lead to in each field; undefined where nobody has asked. */
  readonly #matches: Record<MatchedField, (TextMatch | null | undefined)[]> = {
    merchant_name: new Array(RecentTexts.places).fill(undefined),
    description: new Array(RecentTexts.places).fill(undefined),
  };

  /** @param tables of the patterns, in this order */
  constructor(patterns: readonly CategoryPattern[], { order, all, byMode }: MatcherTables) {
    this.#ranked = Array.from(order, (place) => patterns[place] as CategoryPattern);
    this.#all = toAutomata(all);
    this.#byMode = byMode && {
      contains: toAutomata(byMode.contains),
      word: toAutomata(byMode.word),
    };
  }

  /** Returns the same object for the same texts, as long as they are recent. */
  match(merchantName: string | null, description: string | null): TextMatch | null {
    const inMerchantName = this.#matchField(merchantName, 'merchant_name');
    // Only a higher priority lets the description win, and the first pattern has the highest.
    if (inMerchantName?.pattern.priority === this.#ranked[0]?.priority) return inMerchantName;
    const inDescription = this.#matchField(description, 'description');
    if (inMerchantName === null || inDescription === null) return inMerchantName ?? inDescription;
    return inDescription.pattern.priority > inMerchantName.pattern.priority
      ? inDescription
      : inMerchantName;
  }

  #matchField(text: string | null, field: MatchedField): TextMatch | null {
    if (text === null) return null;
    const place = this.#recentTexts.placeOf(text);
    const matches = this.#matches[field];
    if (this.#recentTexts.take(place, text)) {
      const recent = matches[place];
      if (recent !== undefined) return recent;
    } else {
      this.#rank(text, place);
      this.#matches.merchant_name[place] = undefined;
      this.#matches.description[place] = undefined;
    }
    const match = this.#bestMatch(text, field, place);
    matches[place] = match;
    return match;
  }

  #bestMatch(text: string, field: MatchedField, place: number): TextMatch | null {
    const contained = this.#patternOf(this.#patternInTextRanks[place] as number);
    const containing = this.#patternOf(this.#textInPatternRanks[place] as number);
    if (containing !== null && (contained === null || containing.priority > contained.priority)) {
      return new TextMatch(containing, field, 'text_in_pattern', text);
    }
    return contained && new TextMatch(contained, field, 'pattern_in_text', text);
  }

  #patternOf(rank: number): CategoryPattern | null {
    return rank === noRank ? null : (this.#ranked[rank] as CategoryPattern);
  }

  #rank(text: string, place: number): void {
    const normalized = normalizeText(text);
    const inText = this.#all.patternInText.bestIn(normalized);
    const inPattern = isLongEnough(normalized)
      ? this.#all.textInPattern.bestContaining(normalized)
      : noRank;
    const byMode = this.#byMode;
    this.#patternInTextRanks[place] =
      byMode !== null && this.#isOfWords(inText)
        ? Math.min(
            byMode.contains.patternInText.bestIn(normalized),
            byMode.word.patternInText.bestIn(markWords(normalized)),
          )
        : inText;
    this.#textInPatternRanks[place] =
      byMode !== null && this.#isOfWords(inPattern)
        ? Math.min(
            byMode.contains.textInPattern.bestContaining(normalized),
            byMode.word.textInPattern.bestContaining(markWords(normalized)),
          )
        : inPattern;
  }

  /** Then it may stand within a word and not count; what is worse must be asked for apart. */
  #isOfWords(rank: number): boolean {
    return this.#patternOf(rank)?.matchMode === 'word';
  }
}

interface Automata {
  patternInText: PatternInTextAutomaton;
  textInPattern: TextInPatternAutomaton;
}

const toAutomata = ({ patternInText, textInPattern }: AutomataTables): Automata => ({
  patternInText: new PatternInTextAutomaton(patternInText),
  textInPattern: new TextInPatternAutomaton(textInPattern),
});

function isLongEnough(normalized: string): boolean {
  // A character has at most two code units, so a longer text need not be counted.
  return (
    normalized.length >= 2 * minMatchCharacters || characterCount(normalized) >= minMatchCharacters
  );
}
