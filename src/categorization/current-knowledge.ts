import type { Database } from '../db/connection/database.ts';
import { findAnswers } from '../db/language-model/merchant-answers.ts';
import {
  type ChainState,
  loadChainState,
  loadLearnedData,
  readChainVersions,
} from '../db/learning/chain-state.ts';
import type { CurrentPatterns } from './current-patterns.ts';
import type { Knowledge, NumberedVersion } from './knowledge.ts';
import { KnownCategories } from './known-categories.ts';
import { decodeLearned, UnreadableLearnedError } from './learned/decode-learned.ts';
import { VersionedValue } from './versioned-value.ts';

type State = Pick<Knowledge, 'settings' | 'learned' | 'categories'> & {
  version: number;
  liveVersionId: number | null;
};

/**
 * What categorizers know, loaded once a version of it. Each call reads the versions in one query, so a change applies
 * to the next rows.
 */
export class CurrentKnowledge {
  readonly #database: Database;
  readonly #patterns: CurrentPatterns;
  readonly #onUnreadable: (error: UnreadableLearnedError) => void;
  readonly #state: VersionedValue<State>;
  #last: State | null = null;
  /** The version that was last asked for and isn't live. */
  #other: { id: number; version: Promise<NumberedVersion | null> } | null = null;

  /**
   * @param onUnreadable told when the live version can't be read, as after going back to an older release. Categorizers
   * then decide as if nothing was learned, since batches must not wait for a training.
   */
  constructor(
    database: Database,
    patterns: CurrentPatterns,
    onUnreadable: (error: UnreadableLearnedError) => void,
  ) {
    this.#database = database;
    this.#patterns = patterns;
    this.#onUnreadable = onUnreadable;
    this.#state = new VersionedValue(async () => {
      this.#last = await this.#load(await loadChainState(database));
      return this.#last;
    });
  }

  async get(): Promise<Knowledge> {
    const versions = await readChainVersions(this.#database);
    const { settings, learned, categories } = await this.#state.get(versions.state);
    return {
      settings,
      learned,
      categories,
      patterns: () => this.#patterns.compiled(versions.patterns),
      merchantAnswers: versions.hasMerchantAnswers
        ? (merchants) => findAnswers(this.#database, merchants)
        : null,
    };
  }

  /** Returns a version that need not be live; null if it was deleted, or can't be read. */
  async version(id: number): Promise<NumberedVersion | null> {
    if (this.#last?.learned?.id === id) return this.#last.learned;
    if (this.#other?.id !== id) {
      const version = this.#decode(id);
      this.#other = { id, version };
      // What failed or is missing may be there the next time.
      const forget = () => {
        if (this.#other?.version === version) this.#other = null;
      };
      version.then((found) => found ?? forget(), forget);
    }
    return this.#other.version;
  }

  async #decode(id: number): Promise<NumberedVersion | null> {
    const data = await loadLearnedData(this.#database, id);
    if (data === null) return null;
    try {
      return { ...(await decodeLearned(data)), id };
    } catch (error) {
      if (!(error instanceof UnreadableLearnedError)) throw error;
      this.#onUnreadable(error);
      return null;
    }
  }

  async #load({
    version,
    liveVersionId,
    settings,
    categories,
    merges,
  }: ChainState): Promise<State> {
    const isSame = this.#last !== null && this.#last.liveVersionId === liveVersionId;
    const kept = isSame ? (this.#last?.learned ?? null) : null;
    return {
      version,
      liveVersionId,
      settings: new Map(settings.map(({ name, ...setting }) => [name, setting])),
      categories: new KnownCategories(categories, merges),
      learned: liveVersionId === null || isSame ? kept : await this.#decode(liveVersionId),
    };
  }
}
