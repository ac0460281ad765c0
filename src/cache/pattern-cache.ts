import { patternCacheSeconds } from '../domain/limits.ts';
import type { PatternSet } from '../domain/pattern-set.ts';
import type { Cache } from './cache.ts';
import { CountedLookups, type LookupCounts } from './lookup-counts.ts';

export const patternsKey = 'transaction_category_patterns';

/** The pattern set, kept for 60 s, or until a category or pattern changes. */
export class PatternCache {
  readonly #cache: Cache;
  readonly #lookups = new CountedLookups('patterns');

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  get lookups(): LookupCounts {
    return this.#lookups;
  }

  async get(): Promise<PatternSet | null> {
    const set = parse(await this.#cache.get(patternsKey));
    this.#lookups.count(set !== null);
    return set;
  }

  async set(patterns: PatternSet): Promise<void> {
    await this.#cache.set(patternsKey, JSON.stringify(patterns), patternCacheSeconds);
  }

  async drop(): Promise<void> {
    await this.#cache.delete([patternsKey]);
  }
}

/** Returns null, which is a miss, for text that is not a pattern set. */
function parse(text: string | null): PatternSet | null {
  if (text === null) return null;
  try {
    const set = JSON.parse(text) as unknown;
    return isPatternSet(set) ? set : null;
  } catch {
    return null;
  }
}

/** A pattern without a mode, written by an earlier release, is a miss. */
function isPatternSet(value: unknown): value is PatternSet {
  const { version, patterns } = (value ?? {}) as Partial<PatternSet>;
  return (
    typeof version === 'number' &&
    Array.isArray(patterns) &&
    patterns.every(({ matchMode }) => matchMode !== undefined)
  );
}
