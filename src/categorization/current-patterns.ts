import type { PatternCache } from '../cache/pattern-cache.ts';
import type { Database } from '../db/database.ts';
import { loadPatternSet, patternSetVersion } from '../db/pattern-set.ts';
import type { CategoryPattern, PatternSet } from '../domain/pattern-set.ts';
import { compilePatterns, type PatternMatcher } from './pattern-matcher.ts';

export interface CompiledPatterns {
  version: number;
  patterns: readonly CategoryPattern[];
  matcher: PatternMatcher;
}

/** The patterns that admins keep in the database, compiled once a version. */
export class CurrentPatterns {
  readonly #database: Database;
  readonly #cache: PatternCache;
  #compiled: CompiledPatterns | null = null;

  constructor(database: Database, cache: PatternCache) {
    this.#database = database;
    this.#cache = cache;
  }

  /** Asks for the version each time, one row by its key, so that a change counts from the next rows on. */
  async get(): Promise<CompiledPatterns> {
    const current = await patternSetVersion(this.#database);
    if (this.#compiled?.version === current) return this.#compiled;
    const { version, patterns } = await this.#load(current);
    this.#compiled = { version, patterns, matcher: compilePatterns(patterns) };
    return this.#compiled;
  }

  async #load(version: number): Promise<PatternSet> {
    const cached = await this.#cache.get();
    if (cached?.version === version) return cached;
    const loaded = await loadPatternSet(this.#database);
    await this.#cache.set(loaded);
    return loaded;
  }
}
