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
      const set = JSON.parse(text) as unknown;
      return isPatternSet(set) ? set : null;
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

/** One that a process of an earlier release has written may lack the mode, and is a miss. */
function isPatternSet(value: unknown): value is PatternSet {
  const { version, patterns } = (value ?? {}) as Partial<PatternSet>;
  return (
    typeof version === 'number' &&
    Array.isArray(patterns) &&
    patterns.every(({ matchMode }) => matchMode !== undefined)
  );
}
