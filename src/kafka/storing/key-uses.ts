import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { markUsed } from '../../db/api-keys/mark-used.ts';
import type { Database } from '../../db/connection/database.ts';

/** last_used_at is for people, so a write a minute is enough. */
const precisionMs = 60_000;
const flushMs = 1_000;
const maxRemembered = 10_000;

/** Notes which API keys are used, off the path of the records. */
export class KeyUses {
  readonly #noted = new LRUCache<number, true>({ max: maxRemembered, ttl: precisionMs });
  readonly #database: Database;
  readonly #logger: Logger;
  #used = new Set<number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  note(apiKeyId: number): void {
    if (this.#noted.has(apiKeyId)) return;
    this.#noted.set(apiKeyId, true);
    this.#used.add(apiKeyId);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.flush();
    }, flushMs).unref();
  }

  async flush(): Promise<void> {
    const used = [...this.#used];
    this.#used = new Set();
    if (used.length === 0) return;
    try {
      await markUsed(this.#database, used);
    } catch (error) {
      for (const id of used) this.#noted.delete(id);
      this.#logger.warn({ err: error }, 'the use of API keys could not be noted');
    }
  }
}
