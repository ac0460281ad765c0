import type { PatternCache } from '../cache/pattern-cache.ts';
import { loadPatternSet, patternSetVersion } from '../db/categories/pattern-set.ts';
import type { Database } from '../db/connection/database.ts';
import type { PatternSet } from '../domain/pattern-set.ts';
import { compilePatternsAside } from './patterns/compile-patterns-aside.ts';
import type { PatternMatcher } from './patterns/pattern-matcher.ts';
import { Renewed } from './renewed.ts';

export interface CompiledPatterns extends PatternSet {
  matcher: PatternMatcher;
}

/**
 * The patterns that admins keep in the database, loaded and compiled once a version. Each time the version is
 * asked for, one row by its key, so that a change counts from the next rows on.
 */
export class CurrentPatterns {
  readonly #database: Database;
  readonly #cache: PatternCache;
  readonly #loaded: Renewed<PatternSet>;
  readonly #compiled: Renewed<CompiledPatterns>;

  constructor(database: Database, cache: PatternCache) {
    this.#database = database;
    this.#cache = cache;
    this.#loaded = new Renewed((version) => this.#load(version));
    this.#compiled = new Renewed((version) => this.#compile(version));
  }

  /** As they are written. */
  async load(): Promise<PatternSet> {
    return this.#loaded.get(await patternSetVersion(this.#database));
  }

  /** Compiled as well, which takes time and memory that those who only read them can do without. */
  async get(): Promise<CompiledPatterns> {
    return this.#compiled.get(await patternSetVersion(this.#database));
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
    return { ...set, matcher: await compilePatternsAside(set.patterns) };
  }
}
