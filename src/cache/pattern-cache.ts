import { patternCacheSeconds } from '../domain/limits.ts';
import type { PatternSet } from '../domain/pattern-set.ts';
import type { Cache } from './cache.ts';

export const patternsKey = 'transaction_category_patterns';

/** The pattern set, kept for 60 s, or until a category or pattern changes. */
export class PatternCache {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async get(): Promise<PatternSet | null> {
    const text = await this.#cache.get(patternsKey);
    if (text === null) return null;
    try {
      const set = JSON.parse(text) as Partial<PatternSet>;
      return typeof set.version === 'number' && Array.isArray(set.patterns)
        ? (set as PatternSet)
        : null;
    } catch {
      return null;
    }
  }

  async set(patterns: PatternSet): Promise<void> {
    await this.#cache.set(patternsKey, JSON.stringify(patterns), patternCacheSeconds);
  }

  async drop(): Promise<void> {
    await this.#cache.delete([patternsKey]);
  }
}
