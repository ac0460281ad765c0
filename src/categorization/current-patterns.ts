import type { PatternCache } from '../cache/pattern-cache.ts';
import { loadPatternSet, patternSetVersion } from '../db/categories/pattern-set.ts';
import type { Database } from '../db/connection/database.ts';
import type { PatternSet } from '../domain/pattern-set.ts';
import { compilePatternsInThread } from './patterns/compile-patterns-in-thread.ts';
import type { PatternMatcher } from './patterns/pattern-matcher.ts';
import { VersionedValue } from './versioned-value.ts';

export interface CompiledPatterns extends PatternSet {
  matcher: PatternMatcher;
}

/**
 * The patterns in the database, loaded and compiled once a version. Each call reads the version, one row by its
 * key, so a change applies to the next rows.
 */
export class CurrentPatterns {
  readonly #database: Database;
  readonly #cache: PatternCache;
  readonly #loaded: VersionedValue<PatternSet>;
  readonly #compiled: VersionedValue<CompiledPatterns>;

  constructor(database: Database, cache: PatternCache) {
    this.#database = database;
    this.#cache = cache;
    this.#loaded = new VersionedValue((version) => this.#load(version));
    this.#compiled = new VersionedValue((version) => this.#compile(version));
  }

  /** The patterns as editors wrote them. */
  async load(): Promise<PatternSet> {
    return this.#loaded.get(await patternSetVersion(this.#database));
  }

  /** The patterns with their matcher, whose compilation takes time and memory. */
  async get(): Promise<CompiledPatterns> {
    return this.compiled(await patternSetVersion(this.#database));
  }

  /** The same for a caller that knows the version. */
  compiled(version: number): Promise<CompiledPatterns> {
    return this.#compiled.get(version);
  }

  async #load(version: number): Promise<PatternSet> {
    const cached = await this.#cache.get();
    if (cached?.version === version) return cached;
    const loaded = await loadPatternSet(this.#database);
    await this.#cache.set(loaded);
    return loaded;
  }

  async #compile(version: number): Promise<CompiledPatterns> {
    const set = await this.#loaded.get(version);
    return { ...set, matcher: await compilePatternsInThread(set.patterns) };
  }
}
