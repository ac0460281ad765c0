import type { CompiledPatterns } from './current-patterns.ts';
import { compilePatterns, type PatternMatcher } from './pattern-matcher.ts';

/** Gives the matcher of all patterns but one, and keeps the last: whoever edits a pattern asks again and again. */
export class MatcherWithout {
  #last: { version: number; id: number; matcher: PatternMatcher } | null = null;

  /** @param id null for a pattern that is not among them yet */
  get({ version, patterns, matcher }: CompiledPatterns, id: number | null): PatternMatcher {
    if (id === null) return matcher;
    if (this.#last?.version !== version || this.#last.id !== id) {
      const others = patterns.filter((pattern) => pattern.id !== id);
      this.#last = { version, id, matcher: compilePatterns(others) };
    }
    return this.#last.matcher;
  }
}
