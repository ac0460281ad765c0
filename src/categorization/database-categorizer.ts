import type { PatternCache } from '../cache/pattern-cache.ts';
import type { Database } from '../db/database.ts';
import { loadPatternSet, patternSetVersion } from '../db/pattern-set.ts';
import type { CategoryMatch } from '../domain/category-match.ts';
import type { PatternSet } from '../domain/pattern-set.ts';
import { compilePatterns, type PatternMatcher } from './pattern-matcher.ts';
import type {
  CategorizableTransaction,
  TransactionCategorizer,
} from './transaction-categorizer.ts';

/** Decides by the patterns that admins keep in the database, compiled once a version. */
export class DatabaseCategorizer implements TransactionCategorizer {
  readonly name = 'database';
  readonly #database: Database;
  readonly #cache: PatternCache;
  #compiled: { version: number; matcher: PatternMatcher } | null = null;

  constructor(database: Database, cache: PatternCache) {
    this.#database = database;
    this.#cache = cache;
  }

  async categorize(
    transactions: readonly CategorizableTransaction[],
  ): Promise<(CategoryMatch | null)[]> {
    const matcher = await this.#currentMatcher();
    return transactions.map(({ merchantName, description }) => {
      const match = matcher.match(merchantName, description);
      if (match === null) return null;
      const { id, categoryId } = match.pattern;
      return { categoryId, patternId: id, field: match.field, confidence: 1, source: this.name };
    });
  }

  /** Asks for the version each time, one row by its key, so that a change counts from the next rows on. */
  async #currentMatcher(): Promise<PatternMatcher> {
    const version = await patternSetVersion(this.#database);
    if (this.#compiled?.version !== version) {
      const set = await this.#load(version);
      this.#compiled = { version: set.version, matcher: compilePatterns(set.patterns) };
    }
    return this.#compiled.matcher;
  }

  async #load(version: number): Promise<PatternSet> {
    const cached = await this.#cache.get();
    if (cached?.version === version) return cached;
    const loaded = await loadPatternSet(this.#database);
    await this.#cache.set(loaded);
    return loaded;
  }
}
