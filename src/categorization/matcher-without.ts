import type { CompiledPatterns } from './current-patterns.ts';
import { compilePatterns, type PatternMatcher } from './pattern-matcher.ts';

export type Matcher = Pick<PatternMatcher, 'match'>;

/**
 * Gives the matcher of all patterns but one. Where another pattern wins, that is the matcher of all of
 * them, and compiled already. Only where this one wins, the others are compiled; the last are kept,
 * since whoever edits a pattern asks again and again.
 */
export class MatcherWithout {
  #last: { version: number; id: number; matcher: PatternMatcher } | null = null;

  /** @param id null for a pattern that is not among them yet */
  get(current: CompiledPatterns, id: number | null): Matcher {
    if (id === null) return current.matcher;
    return {
      match: (merchantName, description) => {
        const winner = current.matcher.match(merchantName, description);
        return winner?.pattern.id === id
          ? this.#others(current, id).match(merchantName, description)
          : winner;
      },
    };
  }

  #others({ version, patterns }: CompiledPatterns, id: number): PatternMatcher {
    if (this.#last?.version !== version || this.#last.id !== id) {
      const others = patterns.filter((pattern) => pattern.id !== id);
      this.#last = { version, id, matcher: compilePatterns(others) };
    }
    return this.#last.matcher;
  }
}
